/** A text without the byte order mark that some editors begin it with. */
export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '')

export function byNode(url: string): Promise<unknown>

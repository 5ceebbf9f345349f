export { form, type Written } from '#src/conformance/cases/case.js'

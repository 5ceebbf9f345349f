export { cases } from '#src/conformance/cases/index.js'

/** The HTTP of the service: routes, bodies, answers, metrics, its OpenAPI document. */
export { refusal, tooLarge } from './answers.ts'
export { Door } from './door.ts'

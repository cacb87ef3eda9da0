import type { JsonSchema, JsonSchemaRefs } from '../../schema/index.ts'

const VALIDATION_ERROR = {}
const HTTP_VALIDATION_ERROR = {}

/** The body of a 422: the names and shape that FastAPI's clients know. */
export function validationErrorSchema(refs: JsonSchemaRefs): JsonSchema {
  return refs.ref('HTTPValidationError', HTTP_VALIDATION_ERROR, () => ({
    properties: {
      detail: {
        items: refs.ref('ValidationError', VALIDATION_ERROR, () => ({
          properties: {
            loc: {
              items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
              type: 'array',
              title: 'Location',
            },
            msg: { type: 'string', title: 'Message' },
            type: { type: 'string', title: 'Error Type' },
            input: { title: 'Input' },
            ctx: { type: 'object', title: 'Context' },
          },
          type: 'object',
          required: ['loc', 'msg', 'type'],
          title: 'ValidationError',
        })),
        type: 'array',
        title: 'Detail',
      },
    },
    type: 'object',
    title: 'HTTPValidationError',
  }))
}

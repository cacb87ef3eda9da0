import type { JsonSchema, JsonSchemaRefs } from '../../schema/index.ts'
import type { ErrorFormat } from '../failures/error-format.ts'
import { JSON_TYPE, PROBLEM_TYPE } from '../failures/error-response.ts'

const VALIDATION_ERROR = {}
const HTTP_VALIDATION_ERROR = {}
const VALIDATION_PROBLEM = {}
const INVALID_INPUT = {}

/** The content of a 422 that nobody has described. */
export function validationContent(format: ErrorFormat | undefined, refs: JsonSchemaRefs): object {
  return format === 'problem'
    ? { [PROBLEM_TYPE]: { schema: validationProblemSchema(refs) } }
    : { [JSON_TYPE]: { schema: validationErrorSchema(refs) } }
}

/** The body of a 422: the names and shape that FastAPI's clients know. */
function validationErrorSchema(refs: JsonSchemaRefs): JsonSchema {
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

/** @see RFC 9457, 3 (the second example) */
function validationProblemSchema(refs: JsonSchemaRefs): JsonSchema {
  return refs.ref('ValidationProblem', VALIDATION_PROBLEM, () => ({
    properties: {
      type: { type: 'string', format: 'uri-reference', title: 'Type' },
      title: { type: 'string', title: 'Title' },
      status: { type: 'integer', const: 422, title: 'Status' },
      detail: { type: 'string', title: 'Detail' },
      instance: { type: 'string', format: 'uri-reference', title: 'Instance' },
      errors: {
        items: refs.ref('InvalidInput', INVALID_INPUT, invalidInputSchema),
        type: 'array',
        title: 'Errors',
      },
    },
    type: 'object',
    required: ['type', 'title', 'status', 'errors'],
    title: 'ValidationProblem',
  }))
}

function invalidInputSchema(): JsonSchema {
  return {
    properties: {
      detail: { type: 'string', title: 'Detail' },
      code: { type: 'string', title: 'Code' },
      in: { type: 'string', title: 'In' },
      pointer: { type: 'string', title: 'Pointer' },
      parameter: { type: 'string', title: 'Parameter' },
    },
    type: 'object',
    required: ['detail', 'code', 'in'],
    title: 'InvalidInput',
  }
}

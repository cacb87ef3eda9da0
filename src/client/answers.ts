import type { EventStreamOutput, OutMap } from '../app/index.ts'
import type { Schema, ValidationIssue } from '../schema/index.ts'
import type { Jsonified } from './jsonified.ts'

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206

/** The body that a client gets where a route declares this for a status. */
type ReceivedBody<Declared> =
  Declared extends Schema<infer Value>
    ? Jsonified<Value>
    : Declared extends EventStreamOutput<infer Data>
      ? AsyncIterable<Jsonified<Data>>
      : undefined

/** The body of a call that succeeds; `unknown` for a route without `out`. */
export type SuccessBody<Out> = Out extends OutMap
  ? { [Status in keyof Out & SuccessStatus]: ReceivedBody<Out[Status]> }[keyof Out & SuccessStatus]
  : unknown

/** The body of the answer to arguments that the server refuses. */
export interface InvalidRequest {
  readonly detail: readonly ValidationIssue[]
}

/** The body of a status: what the route declares, else of refused arguments for 422. */
export type BodyOfStatus<Out, Status> = Status extends keyof Out
  ? ReceivedBody<Out[Status]>
  : Status extends 422
    ? InvalidRequest
    : unknown

/** Statuses that the client knows of a route: those declared, and 422. */
export type KnownStatus<Out> = (keyof Out & number) | 422

/** An answer, whatever its status. */
export interface Answer<out Status extends number, out Body> {
  readonly status: Status
  readonly body: Body
  readonly headers: Headers
}

/** All answers of a route, told apart by their status. */
export type AnswerOf<Out> = Out extends OutMap
  ? {
      [Status in KnownStatus<Out>]: Answer<Status, BodyOfStatus<Out, Status>>
    }[KnownStatus<Out>]
  : Answer<number, unknown>

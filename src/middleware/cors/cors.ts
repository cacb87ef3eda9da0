import { Future } from '../../future/index.ts'
import { HttpResponse } from '../../http/index.ts'
import { FixedFields } from '../fixed-fields.ts'
import { type Answer, type AnswerNow, MiddlewareLayer, mapAnswer } from '../middleware.ts'
import type { AppRequest } from '../request.ts'
import { type CorsOptions, type CorsSettings, corsSettings } from './options.ts'
import { answerPreflight, isPreflight } from './preflight.ts'

/** Origins whose headers are kept ready; beyond, all are made anew. */
const MAX_READY_ORIGINS = 256

/**
 * Lets programs of other origins read answers, and answers the preflights of browsers.
 *
 * Stands outside of what may refuse requests, so that refusals can be read, too; preflights do not go
 * further in. Where it stands around a route or router, preflights for that route reach it as well. An
 * inner one counts where two are around a route.
 *
 * @throws {OptionError} on unknown or impossible options, and for `*` with credentials
 * @see Fetch standard, "CORS protocol"
 */
export function cors(options: CorsOptions = {}): MiddlewareLayer {
  return new Cors(corsSettings(options))
}

class Cors extends MiddlewareLayer {
  readonly #settings: CorsSettings
  readonly #anonymous: FixedFields
  readonly #byOrigin = new Map<string, FixedFields>()

  constructor(settings: CorsSettings) {
    super('cors')
    this.#settings = settings
    // Caches must not give what was made for one origin to another.
    this.#anonymous =
      settings.origins === undefined ? this.#make('*') : new FixedFields([['vary', 'origin']])
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    const { origins } = this.#settings
    const anonymous = (response: HttpResponse): HttpResponse => this.#anonymous.addTo(response)
    return (request) => {
      const isAsking = request.method === 'OPTIONS' && isPreflight(request)
      if (origins === undefined && !isAsking) return mapAnswer(next(request), anonymous)
      const origin = request.header('origin')
      if (origin === undefined) return mapAnswer(next(request), anonymous)
      const decide = (isAllowed: boolean): Answer => {
        if (isAsking) return answerPreflight(request, origin, isAllowed, this.#settings)
        if (!isAllowed) return mapAnswer(next(request), anonymous)
        const fields = this.#fieldsFor(origin)
        return mapAnswer(next(request), (response) => fields.addTo(response))
      }
      const allowed = origins === undefined || origins(origin, request)
      return typeof allowed === 'boolean' ? decide(allowed) : Future.from(allowed).then(decide)
    }
  }

  #fieldsFor(origin: string): FixedFields {
    let fields = this.#byOrigin.get(origin)
    if (fields === undefined) {
      fields = this.#make(origin)
      if (this.#byOrigin.size < MAX_READY_ORIGINS) this.#byOrigin.set(origin, fields)
    }
    return fields
  }

  #make(origin: string): FixedFields {
    const { credentials, exposed } = this.#settings
    const fields: [string, string][] = [['access-control-allow-origin', origin]]
    if (credentials) fields.push(['access-control-allow-credentials', 'true'])
    if (exposed !== '') fields.push(['access-control-expose-headers', exposed])
    if (origin !== '*') fields.push(['vary', 'origin'])
    return new FixedFields(fields)
  }
}

export type { AppRequest } from '../middleware/index.ts'

import { payInFreshMiniProgram } from './support/mini-program'

payInFreshMiniProgram('zip')

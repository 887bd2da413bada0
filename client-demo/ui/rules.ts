import { readEmail } from '../../src/email.ts'
import { type Reading, readLine, readLink, readProse } from '../../src/text.ts'
import type { Fault } from './issue-texts.ts'

// What the server refuses of a text in any form, so that it is not sent: by its own rules.

const faultOf = ({ fault }: Reading): Fault | undefined => fault && { code: fault.code, limit: fault.limit }

/** Of one line that must say something: a name. */
export const lineFault = (line: string, limit: number): Fault | undefined => faultOf(readLine(line, limit))

/** Of text that may be left out, of any number of lines. */
export const proseFault = (prose: string, limit: number): Fault | undefined => faultOf(readProse(prose, limit))

/** Of a link that may be left out. */
export const linkFault = (link: string): Fault | undefined => (link.trim() === '' ? undefined : faultOf(readLink(link)))

export const emailFault = (email: string): Fault | undefined => faultOf(readEmail(email))

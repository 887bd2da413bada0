import { createTransport } from 'nodemailer'
import type { Core } from './core.ts'
import { emailAddress } from './email.ts'

export interface Mail {
  /** One address, in the form of {@link emailAddress}. */
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * Sends a mail where SMTP_URL says how.
 *
 * @returns whether a mail server took it within `durations.mailTimeout`. Where none is configured or it
 * did not, the caller finds another way to pass the message on; the reason stands in the log.
 */
export async function sendMail({ config, log }: Core, mail: Mail): Promise<boolean> {
  if (!config.mail) return false
  if (emailAddress(mail.to) !== mail.to) throw new TypeError('a mail goes to exactly one address')
  const { mailTimeout } = config.durations
  // These are for each step by itself, so that a connection does not linger …
  const patience = { connectionTimeout: mailTimeout, greetingTimeout: mailTimeout, socketTimeout: mailTimeout }
  const transport = createTransport({ url: config.mail.url, ...patience })
  // … and this is for all of them together.
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('the mail server took too long')), mailTimeout)
  try {
    // As objects, and with an envelope of its own: texts would be read as lists, and the mail sent to others.
    const { from } = config.mail
    const to = { name: '', address: mail.to }
    const envelope = { from: from.address, to: [mail.to] }
    await Promise.race([transport.sendMail({ ...mail, from, to, envelope }), late.promise])
    return true
  } catch (err) {
    log.error({ err }, 'a mail could not be sent')
    return false
  } finally {
    clearTimeout(timer)
    transport.close()
  }
}

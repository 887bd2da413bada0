import { createTransport } from 'nodemailer'
import type { Core } from './core.ts'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * Sends a mail where SMTP_URL says how.
 *
 * @returns whether a mail server took it within `durations.mailTimeout`. Where none is configured or it
 * did not, whoever calls finds another way to bring the words across; the reason stands in the log.
 */
export async function sendMail({ config, log }: Core, mail: Mail): Promise<boolean> {
  if (!config.mail) return false
  const { mailTimeout } = config.durations
  // These are for each step by itself, so that a connection does not linger …
  const patience = { connectionTimeout: mailTimeout, greetingTimeout: mailTimeout, socketTimeout: mailTimeout }
  const transport = createTransport({ url: config.mail.url, ...patience })
  // … and this is for all of them together.
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('the mail server took too long')), mailTimeout)
  try {
    await Promise.race([transport.sendMail({ from: config.mail.from, ...mail }), late.promise])
    return true
  } catch (err) {
    log.error({ err }, 'a mail could not be sent')
    return false
  } finally {
    clearTimeout(timer)
    transport.close()
  }
}

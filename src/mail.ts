import { createTransport } from 'nodemailer'
import type { Core } from './core.ts'

/** In milliseconds: whoever caused the mail is waiting for the answer. */
const patience = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 8_000 }

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * Sends a mail where SMTP_URL says how.
 *
 * @returns whether a mail server took it. Where none is configured or it refused, whoever calls finds
 * another way to bring the words across; the reason of a refusal stands in the log.
 */
export async function sendMail({ config, log }: Core, mail: Mail): Promise<boolean> {
  if (!config.mail) return false
  const transport = createTransport({ url: config.mail.url, ...patience })
  try {
    await transport.sendMail({ from: config.mail.from, ...mail })
    return true
  } catch (err) {
    log.error({ err }, 'a mail could not be sent')
    return false
  } finally {
    transport.close()
  }
}

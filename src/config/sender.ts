import parseAddresses from 'nodemailer/lib/addressparser'
import { emailAddress } from '../email.ts'

/** Who mails come from. */
export interface Sender {
  readonly name: string
  readonly address: string
}

/** A host without a domain, as a sender may have it in a private network. */
const localSender = /^[a-z0-9._+-]{1,64}@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** A sender as RFC 5322 writes it: `gate@example.com` or `Gatehouse <gate@example.com>`; undefined for what is not one. */
export function readSender(text: string): Sender | undefined {
  const [mailbox, ...more] = parseAddresses(text, { flatten: true })
  if (!mailbox || more.length > 0 || /\p{Cc}/u.test(text)) return undefined
  const address = emailAddress(mailbox.address) ?? localSender.exec(mailbox.address)?.[0]
  return address === undefined ? undefined : { name: mailbox.name, address }
}

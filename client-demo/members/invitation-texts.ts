import type { Texts } from '../i18n/language.ts'

const en = {
  title: 'Invitations',
  by: (name: string) => `invited by ${name}`,
  until: 'expires',
  accept: 'Accept',
  acceptTo: (organization: string) => `Accept the invitation to ${organization}`,
}

const zh: typeof en = {
  title: '邀请',
  by: (name) => `由 ${name} 邀请`,
  until: '到期时间',
  accept: '接受',
  acceptTo: (organization) => `接受加入 ${organization} 的邀请`,
}

/** The texts for the person who is invited. */
export const invitationTexts: Texts<typeof en> = { en, zh }

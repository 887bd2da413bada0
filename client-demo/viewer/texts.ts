import type { Texts } from '../i18n/language.ts'

interface MembershipTexts {
  readonly editions: Readonly<Record<string, string>>
  readonly roles: Readonly<Record<string, string>>
}

export const membershipTexts: Texts<MembershipTexts> = {
  en: {
    editions: { PERSONAL: 'Personal', TEAM: 'Team', ENTERPRISE: 'Enterprise' },
    roles: { SUPER_ADMIN: 'Super admin', ADMIN: 'Admin', MEMBER: 'Member' },
  },
  zh: {
    editions: { PERSONAL: '个人', TEAM: '团队', ENTERPRISE: '企业' },
    roles: { SUPER_ADMIN: '超级管理员', ADMIN: '管理员', MEMBER: '成员' },
  },
}

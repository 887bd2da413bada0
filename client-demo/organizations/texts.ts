import type { Texts } from '../i18n/language.ts'

interface OrganizationTexts {
  readonly create: string
  readonly createAbout: string
  readonly name: string
  readonly namePlaceholder: string
  readonly edition: string
  readonly editionFixed: string
  readonly editionsMore: Readonly<Record<string, string>>
  readonly settings: string
  readonly settingsAbout: string
  readonly general: string
  readonly save: string
  readonly saved: string
  readonly renameReserved: string
  readonly id: string
  readonly created: string
  readonly quota: string
  readonly quotaOf: (used: number, limit: number) => string
  readonly quotaMore: string
  readonly quotaFull: string
  readonly danger: string
  readonly delete: string
  readonly deleteMore: string
  readonly deleteReserved: string
  readonly deleteTitle: (name: string) => string
  readonly deleteText: string
  readonly identities: string
  readonly identitiesMore: string
  readonly connected: string
  readonly notOffered: string
  readonly disconnect: string
  readonly disconnectThis: (issuer: string) => string
  readonly disconnectTitle: (issuer: string) => string
  readonly disconnectText: (issuer: string) => string
  readonly signInAgain: string
  readonly account: string
  readonly accountMore: string
  readonly accountDelete: string
  readonly accountTitle: string
  readonly accountText: string
}

export const organizationTexts: Texts<OrganizationTexts> = {
  en: {
    create: 'New organization',
    createAbout: 'A place of its own for apps, members and decisions. You will be its super admin.',
    name: 'Name',
    namePlaceholder: 'Harbor Works',
    edition: 'Edition',
    editionFixed: 'It can never be changed.',
    editionsMore: {
      TEAM: 'For people who work together: members ask for apps, admins decide.',
      ENTERPRISE:
        'For a whole company: the same members and roles, marked as an enterprise wherever editions are told apart.',
    },
    settings: 'Settings',
    settingsAbout: 'The organization itself.',
    general: 'General',
    save: 'Save',
    saved: 'Saved',
    renameReserved: 'Only super admins rename the organization.',
    id: 'Id of the organization',
    created: 'Created',
    quota: 'Apps',
    quotaOf: (used, limit) => `${used} of ${limit} apps`,
    quotaMore: 'Disabled apps count. The operator of the server sets the limit.',
    quotaFull: 'The limit is reached: delete an app before you create another.',
    danger: 'Delete the organization',
    delete: 'Delete …',
    deleteMore:
      'With its apps, everywhere they are used, its members, its history and all its tokens. It cannot be undone.',
    deleteReserved: 'Only super admins delete the organization.',
    deleteTitle: (name) => `Delete ${name}?`,
    deleteText:
      'Its apps stop working in every organization, its members lose their access, and its history is gone. Nobody can bring it back.',
    identities: 'Signing in elsewhere',
    identitiesMore: 'You can sign in with these, too. On the start page you connect others.',
    connected: 'Connected',
    notOffered: 'This server does not offer it any more.',
    disconnect: 'Disconnect …',
    disconnectThis: (issuer) => `Disconnect ${issuer}`,
    disconnectTitle: (issuer) => `Disconnect ${issuer}?`,
    disconnectText: (issuer) =>
      `You will not sign in with ${issuer} any more, and are signed out everywhere but here. You can connect it again.`,
    signInAgain: 'Sign in again',
    account: 'Delete account',
    accountMore: 'A personal organization goes with the account of its user, and not before. It cannot be undone.',
    accountDelete: 'Delete account …',
    accountTitle: 'Delete your account?',
    accountText:
      'Your personal organization goes, with its apps wherever they are used. You leave all other organizations, and what you authorized ends at once, with all its tokens. Nobody can bring it back.',
  },
  zh: {
    create: '新建组织',
    createAbout: '为应用、成员和决定提供独立的空间。您将成为其超级管理员。',
    name: '名称',
    namePlaceholder: '港湾工坊',
    edition: '版本',
    editionFixed: '创建后不能更改。',
    editionsMore: {
      TEAM: '适合共同工作的团队：成员请求应用，管理员作出决定。',
      ENTERPRISE: '适合整个公司：成员与角色相同，在区分版本之处标记为企业。',
    },
    settings: '设置',
    settingsAbout: '组织本身的设置。',
    general: '常规',
    save: '保存',
    saved: '已保存',
    renameReserved: '只有超级管理员可以重命名组织。',
    id: '组织 ID',
    created: '创建于',
    quota: '应用',
    quotaOf: (used, limit) => `${limit} 个应用中已使用 ${used} 个`,
    quotaMore: '已停用的应用也计算在内。上限由服务器的管理人员设定。',
    quotaFull: '已达到上限：请先删除一个应用，再创建新的应用。',
    danger: '删除组织',
    delete: '删除……',
    deleteMore: '将一并删除其应用（包括在其他组织中的使用）、成员、历史记录和全部令牌。此操作无法撤销。',
    deleteReserved: '只有超级管理员可以删除组织。',
    deleteTitle: (name) => `删除 ${name}？`,
    identities: '其他登录方式',
    identitiesMore: '您也可以使用以下方式登录。您可以在首页关联其他方式。',
    connected: '关联于',
    notOffered: '此服务器已不再提供该方式。',
    disconnect: '取消关联……',
    disconnectThis: (issuer) => `取消关联 ${issuer}`,
    disconnectTitle: (issuer) => `取消关联 ${issuer}？`,
    disconnectText: (issuer) => `您将不能再使用 ${issuer} 登录，并会在此处以外的所有地方退出登录。您可以重新关联。`,
    signInAgain: '重新登录',
    account: '删除账户',
    accountMore: '个人组织只会随其用户的账户一起删除。此操作无法撤销。',
    accountDelete: '删除账户……',
    accountTitle: '删除您的账户？',
    accountText:
      '您的个人组织及其应用（包括在其他组织中的使用）将被删除。您将离开其他所有组织，您的授权及全部令牌将立即失效。任何人都无法恢复。',
    deleteText: '其应用将在所有组织中停止工作，成员将失去访问权限，历史记录将消失。任何人都无法恢复。',
  },
}

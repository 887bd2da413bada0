import type { Texts } from '../i18n/language.ts'

interface MemberTexts {
  readonly title: string
  readonly about: string
  readonly you: string
  readonly joined: string
  readonly roleOf: (name: string, role: string) => string
  readonly rolesMore: Readonly<Record<string, string>>
  readonly rolesReserved: string
  readonly lastSuperAdmin: string
  readonly giveUp: string
  readonly giveUpMore: (role: string) => string
  readonly changeRole: string
  readonly remove: string
  readonly removeThis: (name: string) => string
  readonly removeReserved: string
  readonly removeTitle: (name: string) => string
  readonly removeMore: (organization: string) => string
  readonly leave: string
  readonly leaveTitle: (organization: string) => string
  readonly leaveMore: string
  readonly alone: string
  readonly invite: string
  readonly inviteReserved: string
  readonly inviteTitle: (organization: string) => string
  readonly email: string
  readonly role: string
  readonly roleReserved: string
  readonly send: string
  readonly done: string
  readonly another: string
  readonly invited: (email: string) => string
  readonly link: string
  readonly linkOnce: string
  readonly mailed: string
  readonly notMailed: string
  readonly pending: string
  readonly by: (name: string) => string
  readonly until: string
  readonly expired: string
  readonly revoke: string
  readonly revokeThis: (email: string) => string
  readonly revokeReserved: string
}

export const memberTexts: Texts<MemberTexts> = {
  en: {
    title: 'Members',
    about: 'Who belongs to this organization, and what they may do in it.',
    you: 'you',
    joined: 'Joined',
    roleOf: (name, role) => `Role of ${name}: ${role}`,
    rolesMore: {
      MEMBER: 'Asks for apps; sees and revokes their own grants.',
      ADMIN: 'Apps, installations, requests and history; removes members.',
      SUPER_ADMIN: 'Everything, roles and the organization itself included.',
    },
    rolesReserved: 'Only super admins change roles.',
    lastSuperAdmin: 'An organization needs at least one super admin. Give the role to somebody else first.',
    giveUp: 'Give up your role?',
    giveUpMore: (role) => `Your role here will be ${role}. Only another super admin can make you a super admin again.`,
    changeRole: 'Change my role',
    remove: 'Remove',
    removeThis: (name) => `Remove ${name}`,
    removeReserved: 'Only super admins remove admins.',
    removeTitle: (name) => `Remove ${name}?`,
    removeMore: (organization) =>
      `Their grants in ${organization} end at once, with all tokens, and what they asked for is withdrawn. They can be invited again, but get none of it back.`,
    leave: 'Leave',
    leaveTitle: (organization) => `Leave ${organization}?`,
    leaveMore:
      'Your grants here end at once, with all tokens, and what you asked for is withdrawn. To come back you need an invitation.',
    alone: 'Nobody else is here yet. Invite the people you work with.',
    invite: 'Invite',
    inviteReserved: 'Only admins invite people.',
    inviteTitle: (organization) => `Invite somebody to ${organization}`,
    email: 'E-mail address',
    role: 'Role',
    roleReserved: 'Only super admins invite admins.',
    send: 'Invite',
    done: 'Done',
    another: 'Invite another',
    invited: (email) => `${email} is invited`,
    link: 'Link of the invitation',
    linkOnce:
      'This server sends no mail: pass this link on yourself. It is shown only now. Anybody who has it can join, so send it to nobody else.',
    mailed: 'The mail with the link is on its way.',
    notMailed: 'The mail could not be sent. Check the address, and invite again.',
    pending: 'Pending invitations',
    by: (name) => `invited by ${name}`,
    until: 'expires',
    expired: 'expired',
    revoke: 'Revoke',
    revokeThis: (email) => `Revoke the invitation of ${email}`,
    revokeReserved: 'Only super admins take back the invitations of admins.',
  },
  zh: {
    title: '成员',
    about: '属于此组织的人员，以及他们可以做什么。',
    you: '您',
    joined: '加入于',
    roleOf: (name, role) => `${name} 的角色：${role}`,
    rolesMore: {
      MEMBER: '可请求应用，查看并撤销自己的授权。',
      ADMIN: '管理应用、安装、请求与历史记录，可移除成员。',
      SUPER_ADMIN: '拥有全部权限，包括角色与组织本身。',
    },
    rolesReserved: '只有超级管理员可以更改角色。',
    lastSuperAdmin: '组织至少需要一位超级管理员。请先将该角色授予其他人。',
    giveUp: '放弃您的角色？',
    giveUpMore: (role) => `您将成为${role}。只有其他超级管理员可以恢复您的角色。`,
    changeRole: '更改我的角色',
    remove: '移除',
    removeThis: (name) => `移除 ${name}`,
    removeReserved: '只有超级管理员可以移除管理员。',
    removeTitle: (name) => `移除 ${name}？`,
    removeMore: (organization) =>
      `其在 ${organization} 的授权及全部令牌将立即失效，其请求将被撤回。之后可以再次邀请，但不会恢复这些内容。`,
    leave: '离开',
    leaveTitle: (organization) => `离开 ${organization}？`,
    leaveMore: '您在此的授权及全部令牌将立即失效，您的请求将被撤回。需要邀请才能再次加入。',
    alone: '这里还没有其他人。请邀请与您共事的人。',
    invite: '邀请',
    inviteReserved: '只有管理员可以邀请他人。',
    inviteTitle: (organization) => `邀请他人加入 ${organization}`,
    email: '电子邮件地址',
    role: '角色',
    roleReserved: '只有超级管理员可以邀请管理员。',
    send: '邀请',
    done: '完成',
    another: '继续邀请',
    invited: (email) => `已邀请 ${email}`,
    link: '邀请链接',
    linkOnce: '此服务器不发送邮件：请自行转交此链接。链接仅显示这一次。持有链接者即可加入，请勿发送给其他人。',
    mailed: '包含链接的邮件已发出。',
    notMailed: '邮件发送失败。请检查地址后重新邀请。',
    pending: '待接受的邀请',
    by: (name) => `由 ${name} 邀请`,
    until: '到期时间',
    expired: '已过期',
    revoke: '撤回',
    revokeThis: (email) => `撤回对 ${email} 的邀请`,
    revokeReserved: '只有超级管理员可以撤回对管理员的邀请。',
  },
}

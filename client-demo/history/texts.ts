import type { Texts } from '../i18n/language.ts'
import type { Kind } from './filter.ts'
import type { Period } from './periods.ts'

interface HistoryTexts {
  readonly title: string
  readonly about: string
  readonly list: string
  readonly none: string
  readonly noneMore: string
  readonly noMatch: string
  readonly noMatchMore: string
  readonly fresh: (count: number) => string
  readonly freshSoon: string
  readonly showMore: string
  readonly beginning: string
  readonly filters: string
  readonly type: string
  readonly allTypes: string
  readonly someTypes: (count: number) => string
  readonly kinds: Readonly<Record<Kind, string>>
  readonly types: Readonly<Record<string, string>>
  readonly app: string
  readonly allApps: string
  readonly since: string
  readonly always: string
  readonly periods: Readonly<Record<Period, string>>
  readonly clear: string
  readonly export: string
  readonly exportAs: Readonly<Record<'csv' | 'ndjson', string>>
  readonly exportFailed: string
  readonly exporting: (count: number) => string
  readonly today: string
  readonly yesterday: string
  readonly details: string
  readonly exactly: string
  readonly number: string
  readonly field: string
  readonly before: string
  readonly after: string
  readonly noChanges: string
  readonly yes: string
  readonly no: string
  readonly objectNames: Readonly<Record<string, string>>
  readonly gone: string
  readonly charts: string
  readonly requests: string
  readonly decisions: string
  readonly approved: string
  readonly denied: string
  readonly tokens: string
  readonly noTokens: string
  readonly chart: (name: string, period: string, total: number) => string
  readonly most: (count: number, when: string) => string
  readonly asTable: string
  readonly time: string
  readonly deletedApp: string
}

export const historyTexts: Texts<HistoryTexts> = {
  en: {
    title: 'History',
    about: 'Everything that happened here, and who did it.',
    list: 'Events, newest first',
    none: 'Nothing has happened yet',
    noneMore: 'As soon as somebody creates, installs or decides something, it stands here.',
    noMatch: 'No event matches',
    noMatchMore: 'Choose other types, another app or a longer time. New events that match will show here at once.',
    fresh: (count) => `${count} new`,
    freshSoon: 'There are new events above.',
    showMore: 'Show older events',
    beginning: 'This is where the history begins.',
    filters: 'Filters',
    type: 'Type',
    allTypes: 'All types',
    someTypes: (count) => (count === 1 ? '1 type' : `${count} types`),
    kinds: {
      requests: 'Requests',
      installations: 'Installations',
      grants: 'Grants and tokens',
      apps: 'Apps',
      credentials: 'Secrets and keys',
      people: 'Members',
      organization: 'Organization',
    },
    types: {
      INSTALL_REQUESTED: 'Requested',
      INSTALL_WITHDRAWN: 'Withdrawn',
      INSTALL_APPROVED: 'Approved',
      INSTALL_DENIED: 'Denied',
      INSTALL_DENIAL_LIFTED: 'Denial lifted',
      APP_INSTALLED: 'Installed',
      APP_UNINSTALLED: 'Uninstalled',
      GRANT_CREATED: 'Authorized',
      GRANT_CHANGED: 'Grant changed',
      GRANT_REVOKED: 'Grant revoked',
      TOKEN_REUSE_DETECTED: 'Token reuse detected',
      APP_CREATED: 'Created',
      APP_UPDATED: 'Edited',
      APP_ENABLED: 'Enabled',
      APP_DISABLED: 'Disabled',
      APP_DELETED: 'Deleted',
      APP_SECRET_CREATED: 'Secret created',
      APP_SECRET_REVOKED: 'Secret revoked',
      APP_KEY_ADDED: 'Key added',
      APP_KEY_REMOVED: 'Key removed',
      MEMBER_INVITED: 'Invited',
      MEMBER_JOINED: 'Joined',
      MEMBER_ROLE_CHANGED: 'Role changed',
      MEMBER_REMOVED: 'Removed or left',
      ORGANIZATION_CREATED: 'Created',
      ORGANIZATION_UPDATED: 'Renamed',
    },
    app: 'App',
    allApps: 'All apps',
    since: 'Time',
    always: 'Any time',
    periods: { day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days', quarter: 'Last 13 weeks' },
    clear: 'Clear',
    export: 'Export',
    exportAs: { csv: 'CSV, for spreadsheets', ndjson: 'NDJSON, for programs' },
    exportFailed: 'The file could not be made.',
    exporting: (count) => `${count.toLocaleString('en')} events … cancel`,
    today: 'Today',
    yesterday: 'Yesterday',
    details: 'Details',
    exactly: 'Time',
    number: 'Number',
    field: 'Field',
    before: 'Before',
    after: 'After',
    noChanges: 'Nothing more is recorded about it.',
    yes: 'yes',
    no: 'no',
    objectNames: {
      app: 'App',
      user: 'Member',
      request: 'Request',
      installation: 'Installation',
      grant: 'Grant',
    },
    gone: 'not there any more',
    charts: 'At a glance',
    requests: 'Requests',
    decisions: 'Decisions',
    approved: 'approved',
    denied: 'denied',
    tokens: 'Live tokens by app',
    noTokens: 'No app holds a token now.',
    chart: (name, period, total) => `${name}, ${period.toLowerCase()}: ${total} in all`,
    most: (count, when) => `, most on ${when} (${count})`,
    asTable: 'As a table',
    time: 'From',
    deletedApp: 'A deleted app',
  },
  zh: {
    title: '历史记录',
    about: '此处发生的一切，以及操作者。',
    list: '事件，最新的在前',
    none: '尚未发生任何事件',
    noneMore: '一旦有人创建、安装或作出决定，就会显示在这里。',
    noMatch: '没有符合条件的事件',
    noMatchMore: '请选择其他类型、其他应用或更长的时间。符合条件的新事件会立即显示在这里。',
    fresh: (count) => `${count} 条新事件`,
    freshSoon: '上方有新事件。',
    showMore: '显示更早的事件',
    beginning: '历史记录从这里开始。',
    filters: '筛选',
    type: '类型',
    allTypes: '全部类型',
    someTypes: (count) => `${count} 种类型`,
    kinds: {
      requests: '安装请求',
      installations: '安装',
      grants: '授权与令牌',
      apps: '应用',
      credentials: '密钥与公钥',
      people: '成员',
      organization: '组织',
    },
    types: {
      INSTALL_REQUESTED: '已请求',
      INSTALL_WITHDRAWN: '已撤回',
      INSTALL_APPROVED: '已批准',
      INSTALL_DENIED: '已拒绝',
      INSTALL_DENIAL_LIFTED: '已解除拒绝',
      APP_INSTALLED: '已安装',
      APP_UNINSTALLED: '已卸载',
      GRANT_CREATED: '已授权',
      GRANT_CHANGED: '授权已更改',
      GRANT_REVOKED: '授权已撤销',
      TOKEN_REUSE_DETECTED: '检测到令牌重复使用',
      APP_CREATED: '已创建',
      APP_UPDATED: '已编辑',
      APP_ENABLED: '已启用',
      APP_DISABLED: '已停用',
      APP_DELETED: '已删除',
      APP_SECRET_CREATED: '已创建密钥',
      APP_SECRET_REVOKED: '已撤销密钥',
      APP_KEY_ADDED: '已添加公钥',
      APP_KEY_REMOVED: '已移除公钥',
      MEMBER_INVITED: '已邀请',
      MEMBER_JOINED: '已加入',
      MEMBER_ROLE_CHANGED: '角色已更改',
      MEMBER_REMOVED: '已移除或离开',
      ORGANIZATION_CREATED: '已创建',
      ORGANIZATION_UPDATED: '已重命名',
    },
    app: '应用',
    allApps: '全部应用',
    since: '时间',
    always: '不限时间',
    periods: { day: '最近 24 小时', week: '最近 7 天', month: '最近 30 天', quarter: '最近 13 周' },
    clear: '清除',
    export: '导出',
    exportAs: { csv: 'CSV（用于电子表格）', ndjson: 'NDJSON（用于程序）' },
    exportFailed: '无法生成文件。',
    exporting: (count) => `已读取 ${count} 条…… 取消`,
    today: '今天',
    yesterday: '昨天',
    details: '详情',
    exactly: '时间',
    number: '编号',
    field: '字段',
    before: '之前',
    after: '之后',
    noChanges: '没有更多记录。',
    yes: '是',
    no: '否',
    objectNames: { app: '应用', user: '成员', request: '请求', installation: '安装', grant: '授权' },
    gone: '已不存在',
    charts: '概览',
    requests: '请求',
    decisions: '决定',
    approved: '批准',
    denied: '拒绝',
    tokens: '各应用的有效令牌',
    noTokens: '目前没有应用持有令牌。',
    chart: (name, period, total) => `${name}，${period}：共 ${total} 项`,
    most: (count, when) => `，${when}最多（${count}）`,
    asTable: '以表格显示',
    time: '起始时间',
    deletedApp: '已删除的应用',
  },
}

import type { Texts } from '../i18n/language.ts'

interface RequestTexts {
  readonly title: string
  readonly abouts: Readonly<Record<'pending' | 'denied', string>>
  readonly views: string
  readonly viewNames: Readonly<Record<'pending' | 'denied', string>>
  readonly none: string
  readonly noneOfApp: string
  readonly noneMore: string
  readonly oneApp: string
  readonly allApps: string
  readonly asksFor: (people: number) => string
  readonly requesters: string
  readonly showAll: (people: number) => string
  readonly showAllOf: (people: number, app: string) => string
  readonly askFor: (app: string) => string
  readonly noReason: string
  readonly wants: string
  readonly approvedAlready: string
  readonly approve: string
  readonly approveSome: (some: number, all: number) => string
  readonly deny: string
  readonly denyReason: string
  readonly denyReasonMore: string
  readonly approveReason: string
  readonly leftOut: string
  readonly fresh: string
  readonly showNew: (count: number) => string
  readonly arrived: (count: number) => string
  readonly somebody: string
  readonly decided: Readonly<Record<string, (by: string) => string>>
  readonly unknownStatus: (status: string) => string
  readonly partly: (some: number, all: number) => string
  readonly gone: string
}

export const requestTexts: Texts<RequestTexts> = {
  en: {
    title: 'Requests',
    abouts: {
      pending: 'Apps that members would like to use here. One decision settles all requests for an app.',
      denied: 'What was denied here cannot be asked for again until the denial ends, or until you lift it.',
    },
    views: 'Which of them to show',
    viewNames: { pending: 'Pending', denied: 'Denied' },
    none: 'Nobody is waiting for a decision',
    noneOfApp: 'Nobody is waiting for a decision about this app',
    noneMore: 'When a member asks for an app, it shows up here at once.',
    oneApp: 'Only one app is shown.',
    allApps: 'Show all',
    asksFor: (people) => (people === 1 ? '1 person asks' : `${people} people ask`),
    requesters: 'Who asks, and why',
    showAll: (people) => `Show all ${people.toLocaleString('en')}`,
    showAllOf: (people, app) => `Show all ${people.toLocaleString('en')} who ask for ${app}`,
    askFor: (app) => `Who asks for ${app}`,
    noReason: 'No reason given',
    wants: 'On behalf of each member, the app wants to',
    approvedAlready: 'Approved here already',
    approve: 'Approve',
    approveSome: (some, all) => `Approve ${some} of ${all}`,
    deny: 'Deny',
    denyReason: 'Reason (optional)',
    denyReasonMore:
      'The requesters will read it. The same cannot be asked for again until the denial ends or is lifted.',
    approveReason: 'Why not everything? (optional)',
    leftOut: 'What you leave out counts as denied.',
    fresh: 'New',
    showNew: (count) => (count === 1 ? 'Show 1 new request' : `Show ${count} new requests`),
    arrived: (count) => (count === 1 ? '1 app waits for a decision.' : `${count} apps wait for a decision.`),
    somebody: 'Somebody',
    decided: {
      APPROVED: (by) => `${by} approved this`,
      DENIED: (by) => `${by} denied this`,
      WITHDRAWN: (by) => `${by} withdrew this`,
    },
    unknownStatus: (status) => `This is settled: ${status}`,
    partly: (some, all) => `${some} of ${all} scopes`,
    gone: 'This is not there any more: the app was deleted, or the requester has left.',
  },
  zh: {
    title: '安装请求',
    abouts: {
      pending: '成员希望在此使用的应用。一次决定将处理对同一应用的全部请求。',
      denied: '在此被拒绝的内容，在拒绝到期或由您解除之前不能再次请求。',
    },
    views: '显示哪些',
    viewNames: { pending: '待处理', denied: '已拒绝' },
    none: '没有等待处理的请求',
    noneOfApp: '该应用没有等待处理的请求',
    noneMore: '当成员请求应用时，会立即显示在这里。',
    oneApp: '仅显示一个应用。',
    allApps: '显示全部',
    asksFor: (people) => `${people} 人请求`,
    requesters: '请求者与原因',
    showAll: (people) => `显示全部 ${people} 人`,
    showAllOf: (people, app) => `显示请求 ${app} 的全部 ${people} 人`,
    askFor: (app) => `谁请求了 ${app}`,
    noReason: '未说明原因',
    wants: '该应用希望代表每位成员',
    approvedAlready: '此处已批准',
    approve: '批准',
    approveSome: (some, all) => `批准 ${all} 项中的 ${some} 项`,
    deny: '拒绝',
    denyReason: '原因（可选）',
    denyReasonMore: '请求者会看到此内容。在拒绝到期或解除之前，不能再次提出同样的请求。',
    approveReason: '为何不全部批准？（可选）',
    leftOut: '未选择的权限视为拒绝。',
    fresh: '新',
    showNew: (count) => `显示 ${count} 项新请求`,
    arrived: (count) => `有 ${count} 个应用待处理。`,
    somebody: '有人',
    decided: {
      APPROVED: (by) => `${by} 已批准`,
      DENIED: (by) => `${by} 已拒绝`,
      WITHDRAWN: (by) => `${by} 已撤回`,
    },
    unknownStatus: (status) => `已处理：${status}`,
    partly: (some, all) => `${all} 项权限中的 ${some} 项`,
    gone: '该请求已不存在：应用已被删除，或请求者已离开。',
  },
}

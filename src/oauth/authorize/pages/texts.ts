import type { Edition } from '../../../database/generated/client/enums.ts'
import type { Language } from '../../../http/language.ts'
import type { AuthorizationView, Unavailable } from './steps.ts'

/** What the pages of an authorization say, and what they share with those of devices and errors. */
export interface Texts {
  readonly error: string
  readonly publishedBy: (publisher: string) => string
  readonly namesake: (own: string) => string
  readonly mixedScripts: (name: string) => string
  readonly sensitive: string
  readonly isNew: string
  readonly account: string
  readonly otherAccount: string
  readonly organization: string
  readonly editions: Readonly<Record<Edition, string>>
  readonly returnsTo: string
  readonly code: string
  readonly asked: string
  readonly askedFrom: string
  readonly device: string
  readonly unknown: string
  readonly onlyIfYou: string
  readonly cancel: string
  readonly otherOrganization: string
  readonly goOnWithout: string
  readonly backTo: (app: string) => string
  readonly problems: Readonly<Record<NonNullable<AuthorizationView['problem']>, string>>

  readonly choose: (app: string) => string
  readonly chooseMore: string

  readonly notInstalled: (app: string, organization: string) => string
  readonly notInstalledMore: string
  readonly wantsMore: (app: string, organization: string) => string
  readonly wantsMoreMore: string
  readonly askFor: string
  readonly approved: string
  readonly reasonLabel: string
  readonly askAdmin: string
  readonly install: (app: string, organization: string) => string
  readonly approveMore: (app: string, organization: string) => string
  readonly installMore: (organization: string) => string
  readonly installButton: string
  readonly approveButton: string

  readonly waiting: (organization: string) => string
  readonly mustAgree: (admins: string) => string
  readonly anAdmin: string
  readonly anotherAdmin: string
  readonly refreshes: (seconds: number) => string
  readonly stopRefreshing: string
  readonly refreshesNot: string
  readonly lookNow: string
  readonly yourRequest: string
  readonly reason: string
  readonly withdraw: string

  readonly denied: (app: string, organization: string) => string
  readonly deniedMore: string
  readonly noReason: string
  readonly until: string

  readonly consent: (app: string) => string
  readonly willBeAble: string
  readonly known: string
  readonly knownButMore: string
  readonly withheld: string
  readonly withheldMore: (organization: string) => string
  readonly change: string
  readonly allow: string

  readonly unavailable: Readonly<Record<Unavailable, (app: string) => string>>
  readonly unavailableMore: Readonly<Record<Unavailable, string>>

  readonly notForYou: string
  readonly notForYouMore: string
}

export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    error: 'Error',
    publishedBy: (publisher) => `Published by ${publisher}`,
    namesake: (own) => `This publisher is not your organization ${own}: only its name reads the same.`,
    mixedScripts: (name) => `The name “${name}” mixes writing systems, so it may read as another name.`,
    sensitive: 'Sensitive',
    isNew: 'New',
    account: 'Signed in as',
    otherAccount: 'Use another account',
    organization: 'Organization',
    editions: { PERSONAL: 'Personal', TEAM: 'Team', ENTERPRISE: 'Enterprise' },
    returnsTo: 'Returns to',
    code: 'Device code',
    asked: 'Asked',
    askedFrom: 'Asked from',
    device: 'Device',
    unknown: 'Unknown',
    onlyIfYou: 'Go on only if you started this yourself, on a device that you have at hand.',
    cancel: 'Cancel',
    otherOrganization: 'Choose another organization',
    goOnWithout: 'Go on with what is approved',
    backTo: (app) => `Go back to ${app}`,
    problems: {
      stale: 'This form was no longer valid. Please try again.',
      'reason-too-long': 'This reason is too long. Use at most 1000 characters.',
      'reason-illegible':
        'This reason had characters in it that cannot be shown. They were taken out: please look again.',
      changed: 'Something has changed in the meantime. Please look again.',
    },

    choose: (app) => `Where do you want to use ${app}?`,
    chooseMore: 'It will get access in this organization only.',

    notInstalled: (app, organization) => `${app} is not installed in ${organization}`,
    notInstalledMore: 'Before you can use it there, an admin must agree.',
    wantsMore: (app, organization) => `${app} wants more than ${organization} has approved`,
    wantsMoreMore: 'Before you can allow the rest, an admin must agree. You need not wait for that.',
    askFor: 'It asks to',
    approved: 'Already approved',
    reasonLabel: 'Why you need it (optional)',
    askAdmin: 'Ask an admin',
    install: (app, organization) => `Install ${app} in ${organization}?`,
    approveMore: (app, organization) => `Approve more for ${app} in ${organization}?`,
    installMore: (organization) =>
      `You are an admin of ${organization}. What you approve holds for all its members; each of them still decides about their own access.`,
    installButton: 'Install',
    approveButton: 'Approve',

    waiting: (organization) => `Waiting for an admin of ${organization}`,
    mustAgree: (admins) => `${admins} must agree before you can go on.`,
    anAdmin: 'An admin',
    anotherAdmin: 'another admin',
    refreshes: (seconds) =>
      `This page looks for the answer every ${seconds} seconds, and then goes on by itself. You can also close it, and start again in the app later.`,
    stopRefreshing: 'Stop refreshing',
    refreshesNot: 'This page does not refresh itself at the moment.',
    lookNow: 'Refresh again',
    yourRequest: 'You asked to let it',
    reason: 'Reason',
    withdraw: 'Withdraw the request',

    denied: (app, organization) => `${organization} does not allow ${app}`,
    deniedMore: 'An admin has decided so. After the time below, it can be asked for again.',
    noReason: 'None given',
    until: 'Until',

    consent: (app) => `Allow ${app} to act for you?`,
    willBeAble: 'It will be able to',
    known: 'You have allowed this here before.',
    knownButMore: 'You have allowed some of this here before. What is new is marked.',
    withheld: 'Not included',
    withheldMore: (organization) => `The app asked for this, too, but ${organization} has not approved it.`,
    change: 'Change',
    allow: 'Allow',

    unavailable: {
      disabled: (app) => `${app} is disabled`,
      'no-organization': (app) => `You cannot use ${app}`,
      'other-account': (app) => `${app} asks for another account`,
      'nothing-left': (app) => `${app} may no longer ask for this`,
    },
    unavailableMore: {
      disabled: 'Its publisher has disabled it for now. Please try again later.',
      'no-organization': 'It is not offered to any of your organizations. You may have an account with which you can.',
      'other-account': 'It knows you by another account than the one you are signed in with. Use that one to go on.',
      'nothing-left': 'Its publisher has changed what it may ask for. Go back to the app and start again.',
    },

    notForYou: 'Not for you',
    notForYouMore:
      'There is no such app, or it is not offered to any of your organizations. You may have an account with which you can use it.',
  },
  zh: {
    error: '错误',
    publishedBy: (publisher) => `由 ${publisher} 发布`,
    namesake: (own) => `此发布者并非您的组织 ${own}，只是名称看起来相同。`,
    mixedScripts: (name) => `名称“${name}”混用了不同的文字，可能被误读为其他名称。`,
    sensitive: '敏感',
    isNew: '新增',
    account: '登录账户',
    otherAccount: '使用其他账户',
    organization: '组织',
    editions: { PERSONAL: '个人', TEAM: '团队', ENTERPRISE: '企业' },
    returnsTo: '将返回到',
    code: '设备代码',
    asked: '请求时间',
    askedFrom: '请求来源',
    device: '设备',
    unknown: '未知',
    onlyIfYou: '仅当此请求由您本人在手边的设备上发起时，才可继续。',
    cancel: '取消',
    otherOrganization: '选择其他组织',
    goOnWithout: '仅以已批准的权限继续',
    backTo: (app) => `返回 ${app}`,
    problems: {
      stale: '此表单已失效，请重试。',
      'reason-too-long': '理由过长，最多 1000 个字符。',
      'reason-illegible': '理由中含有无法显示的字符，现已移除，请重新确认。',
      changed: '在此期间情况已有变化，请重新确认。',
    },

    choose: (app) => `您想在哪个组织中使用 ${app}？`,
    chooseMore: '它只会获得该组织中的访问权限。',

    notInstalled: (app, organization) => `${organization} 尚未安装 ${app}`,
    notInstalledMore: '须经管理员同意后，您才能在该组织中使用它。',
    wantsMore: (app, organization) => `${app} 请求的权限超出了 ${organization} 已批准的范围`,
    wantsMoreMore: '其余权限须经管理员同意后，您才能授予。您不必等待，可以先行继续。',
    askFor: '它请求以下权限',
    approved: '已批准',
    reasonLabel: '您需要它的理由（选填）',
    askAdmin: '向管理员申请',
    install: (app, organization) => `要在 ${organization} 中安装 ${app} 吗？`,
    approveMore: (app, organization) => `要在 ${organization} 中为 ${app} 批准更多权限吗？`,
    installMore: (organization) =>
      `您是 ${organization} 的管理员。您的批准对所有成员生效；每位成员仍可自行决定是否授权。`,
    installButton: '安装',
    approveButton: '批准',

    waiting: (organization) => `正在等待 ${organization} 的管理员`,
    mustAgree: (admins) => `须经 ${admins} 同意后，您才能继续。`,
    anAdmin: '管理员',
    anotherAdmin: '其他管理员',
    refreshes: (seconds) =>
      `此页面每 ${seconds} 秒查询一次结果，获批后将自动继续。您也可以关闭此页面，稍后在应用中重新开始。`,
    stopRefreshing: '停止刷新',
    refreshesNot: '此页面目前不会自动刷新。',
    lookNow: '恢复刷新',
    yourRequest: '您申请的权限',
    reason: '理由',
    withdraw: '撤回申请',

    denied: (app, organization) => `${organization} 不允许使用 ${app}`,
    deniedMore: '这是管理员的决定。截止时间过后，可以再次申请。',
    noReason: '未说明',
    until: '截止时间',

    consent: (app) => `允许 ${app} 代表您操作吗？`,
    willBeAble: '它将可以',
    known: '您此前已在此组织中授予过这些权限。',
    knownButMore: '您此前已在此组织中授予过部分权限，新增的权限已标出。',
    withheld: '不包括',
    withheldMore: (organization) => `应用也请求了以下权限，但 ${organization} 尚未批准。`,
    change: '更换',
    allow: '允许',

    unavailable: {
      disabled: (app) => `${app} 已停用`,
      'no-organization': (app) => `您无法使用 ${app}`,
      'other-account': (app) => `${app} 要求使用其他账户`,
      'nothing-left': (app) => `${app} 不能再请求这些权限`,
    },
    unavailableMore: {
      disabled: '发布者已暂时停用此应用，请稍后再试。',
      'no-organization': '您的任何组织都不能使用它。您或许可以换用其他账户。',
      'other-account': '它所认识的账户不是您当前登录的账户。请换用那个账户继续。',
      'nothing-left': '发布者更改了它可以请求的权限。请返回应用并重新开始。',
    },

    notForYou: '您无法使用',
    notForYouMore: '没有此应用，或它不向您的任何组织提供。您或许可以换用其他账户。',
  },
}

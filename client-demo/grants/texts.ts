import type { Texts } from '../i18n/language.ts'

interface GrantTexts {
  readonly title: string
  readonly about: string
  readonly filterApp: string
  readonly filterUser: string
  readonly noMatch: string
  readonly clear: string
  readonly none: string
  readonly noneMore: string
  readonly itself: string
  readonly forYou: string
  readonly granted: string
  readonly revoke: string
  readonly revokeOf: (app: string) => string
  readonly revokeTitle: (app: string) => string
  readonly revokeMore: (user: string, organization: string) => string
  readonly revokeService: string
  readonly revokeInstalled: string
  readonly isRevoked: (app: string) => string
  readonly authorizeService: string
  readonly isAuthorized: (app: string) => string
  readonly mine: string
  readonly mineAbout: string
  readonly noneOfMine: string
  readonly noneOfMineMore: string
  readonly requests: string
  readonly noRequests: string
  readonly asked: string
  readonly waits: string
  readonly statuses: Readonly<Record<string, string>>
  readonly decidedBy: (name: string) => string
  readonly partly: (some: number, all: number) => string
  readonly withdraw: string
  readonly withdrawOf: (app: string) => string
  readonly isWithdrawn: (app: string) => string
}

export const grantTexts: Texts<GrantTexts> = {
  en: {
    title: 'Grants',
    about: 'What members let apps do on their behalf here, and what service apps may do as themselves.',
    filterApp: 'Filter by app',
    filterUser: 'Filter by user',
    noMatch: 'Nothing matches',
    clear: 'Clear the filters',
    none: 'Nobody has authorized an app here yet',
    noneMore:
      'Once a member signs in to an installed app and agrees, or you authorize a service app, it shows up here.',
    itself: 'Acts as itself',
    forYou: 'On your behalf',
    granted: 'Granted',
    revoke: 'Revoke',
    revokeOf: (app) => `Revoke ${app}`,
    revokeTitle: (app) => `Revoke ${app}?`,
    revokeMore: (user, organization) =>
      `Its tokens stop working at once. It can no longer act for ${user} in ${organization}, unless they agree again.`,
    revokeService: 'Its tokens stop working at once. It can no longer act until you authorize it again.',
    revokeInstalled: 'Its tokens stop working at once, and this uninstalls the app.',
    isRevoked: (app) => `${app} is revoked.`,
    authorizeService: 'Authorize a service app',
    isAuthorized: (app) => `${app} is authorized.`,
    mine: 'My authorized apps',
    mineAbout: 'What you let apps do, in every organization of yours. Whatever you revoke stops working at once.',
    noneOfMine: 'You have not authorized an app yet',
    noneOfMineMore: 'Sign in to an app with Gatehouse and agree to what it asks for: from then on it is listed here.',
    requests: 'My requests',
    noRequests: 'You have asked for no app. Sign in to one that is not installed, and you can ask your admins for it.',
    asked: 'Asked',
    waits: 'Waits for an admin',
    statuses: { PENDING: 'Pending', APPROVED: 'Approved', DENIED: 'Denied', WITHDRAWN: 'Withdrawn' },
    decidedBy: (name) => `by ${name}`,
    partly: (some, all) => `${some} of ${all} scopes`,
    withdraw: 'Withdraw',
    withdrawOf: (app) => `Withdraw the request for ${app}`,
    isWithdrawn: (app) => `Your request for ${app} is withdrawn.`,
  },
  zh: {
    title: '授权',
    about: '成员在此允许应用代其执行的操作，以及服务应用以自身身份可执行的操作。',
    filterApp: '按应用筛选',
    filterUser: '按用户筛选',
    noMatch: '没有符合条件的内容',
    clear: '清除筛选',
    none: '此处尚无任何授权',
    noneMore: '当成员登录已安装的应用并同意授权，或您授权服务应用后，会显示在这里。',
    itself: '以应用自身的身份',
    forYou: '代表您',
    granted: '授权于',
    revoke: '撤销',
    revokeOf: (app) => `撤销 ${app}`,
    revokeTitle: (app) => `撤销对 ${app} 的授权？`,
    revokeMore: (user, organization) =>
      `其令牌将立即失效。在 ${user} 再次同意之前，该应用不能在 ${organization} 中代表其运行。`,
    revokeService: '其令牌将立即失效。在您再次授权之前，该应用不能继续运行。',
    revokeInstalled: '其令牌将立即失效，并且该应用将被卸载。',
    isRevoked: (app) => `已撤销对 ${app} 的授权。`,
    authorizeService: '授权服务应用',
    isAuthorized: (app) => `已授权 ${app}。`,
    mine: '我授权的应用',
    mineAbout: '您在各组织中允许应用执行的操作。撤销后立即失效。',
    noneOfMine: '您尚未授权任何应用',
    noneOfMineMore: '使用 Gatehouse 登录应用并同意其请求后，它会显示在这里。',
    requests: '我的请求',
    noRequests: '您尚未请求任何应用。登录尚未安装的应用时，您可以向管理员提出请求。',
    asked: '请求于',
    waits: '等待管理员处理',
    statuses: { PENDING: '待处理', APPROVED: '已批准', DENIED: '已拒绝', WITHDRAWN: '已撤回' },
    decidedBy: (name) => `由 ${name} 处理`,
    partly: (some, all) => `${all} 项权限中的 ${some} 项`,
    withdraw: '撤回',
    withdrawOf: (app) => `撤回对 ${app} 的请求`,
    isWithdrawn: (app) => `您对 ${app} 的请求已撤回。`,
  },
}

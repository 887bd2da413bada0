import type { Texts } from '../i18n/language.ts'

interface InstallationTexts {
  readonly title: string
  readonly about: string
  readonly installApp: string
  readonly standing: string
  readonly standings: Readonly<Record<string, string>>
  readonly standingMore: Readonly<Record<string, string>>
  readonly search: string
  readonly type: string
  readonly anyType: string
  readonly kinds: Readonly<Record<string, string>>
  readonly none: string
  readonly noneMore: string
  readonly noMatch: string
  readonly clear: string
  readonly notApproved: (count: number) => string
  readonly installed: string
  readonly askedFor: string
  readonly installedBy: (name: string) => string
  readonly review: string
  readonly actionsFor: (app: string) => string
  readonly changeScopes: string
  readonly seeGrants: string
  readonly uninstall: string
  readonly uninstallTitle: (app: string) => string
  readonly uninstallMore: string
  readonly clientId: string
  readonly clientIdMore: string
  readonly notAnId: string
  readonly noSuchApp: string
  readonly signInInstead: string
  readonly installedAlready: string
  readonly denied: (by: string | undefined, until: string) => string
  readonly deniedEnds: string
  /** What stands above scopes: those of an app by its kind, before it has them and after. */
  readonly lists: Readonly<Record<'wants' | 'has', Readonly<Record<'OBO' | 'APP_AUTH', string>>>>
  readonly leftOut: string
  readonly atLeastOne: string
  readonly replaceMore: string
  readonly scopesOf: (app: string) => string
  readonly install: string
  readonly authorize: string
  readonly replace: string
  readonly isInstalled: (app: string) => string
  readonly isReplaced: (app: string) => string
  readonly isUninstalled: (app: string) => string
}

export const installationTexts: Texts<InstallationTexts> = {
  en: {
    title: 'Installed apps',
    about: 'The apps that work in this organization, and those that members have asked for.',
    installApp: 'Install an app',
    standing: 'Standing',
    standings: {
      all: 'All',
      APP_AUTH_INSTALLED: 'AppAuth installed',
      OBO_INSTALLED: 'OBO installed',
      OBO_NOT_INSTALLED: 'OBO not installed',
    },
    standingMore: {
      APP_AUTH_INSTALLED: 'Service apps that an admin authorized: they act as themselves.',
      OBO_INSTALLED: 'Apps that act on behalf of members, and may.',
      OBO_NOT_INSTALLED: 'Apps that members have asked for, and no admin has agreed to yet.',
    },
    search: 'Search by name',
    type: 'Type',
    anyType: 'All types',
    kinds: {
      OBO: 'Acts on behalf of each member who agrees to it.',
      APP_AUTH: 'Acts as itself, without a user.',
    },
    none: 'No app is installed here yet',
    noneMore: 'Install one by the client id that its publisher gave you. What members ask for shows up here, too.',
    noMatch: 'No app matches these filters',
    clear: 'Clear the filters',
    notApproved: (count) => (count === 1 ? '1 scope not approved' : `${count} scopes not approved`),
    installed: 'Installed',
    askedFor: 'Asked',
    installedBy: (name) => `by ${name}`,
    review: 'Review the request',
    actionsFor: (app) => `Actions for ${app}`,
    changeScopes: 'Change approved scopes …',
    seeGrants: 'See its grants',
    uninstall: 'Uninstall',
    uninstallTitle: (app) => `Uninstall ${app}?`,
    uninstallMore: 'Its grants and tokens in this organization end at once. Installing it again starts from nothing.',
    clientId: 'Client id',
    clientIdMore: 'The publisher finds it on the page of the app.',
    notAnId: 'A client id is app_ and 32 characters from 0 to 9 and a to f.',
    noSuchApp: 'There is no such app, or its publisher does not offer it to others.',
    signInInstead:
      'This app acts for you once you sign in to it and agree there. Only service apps are authorized here.',
    installedAlready: 'This app is installed here already. You can change what it may do.',
    denied: (by = 'Somebody', until) => `${by} denied this app until ${until}`,
    deniedEnds: 'Your decision here ends that denial.',
    lists: {
      wants: { OBO: 'On behalf of each member, the app wants to', APP_AUTH: 'The app wants to' },
      has: { OBO: 'On behalf of each member, the app may', APP_AUTH: 'The app may' },
    },
    leftOut: 'Members can still ask for what you leave out.',
    atLeastOne: 'Choose at least one.',
    replaceMore: 'What you take away ends for every token of the app here, at once.',
    scopesOf: (app) => `What ${app} may do`,
    install: 'Install',
    authorize: 'Authorize',
    replace: 'Save',
    isInstalled: (app) => `${app} is installed.`,
    isReplaced: (app) => `The scopes of ${app} are changed.`,
    isUninstalled: (app) => `${app} is uninstalled.`,
  },
  zh: {
    title: '已安装的应用',
    about: '在此组织中可用的应用，以及成员请求安装的应用。',
    installApp: '安装应用',
    standing: '状态',
    standings: {
      all: '全部',
      APP_AUTH_INSTALLED: 'AppAuth 已安装',
      OBO_INSTALLED: 'OBO 已安装',
      OBO_NOT_INSTALLED: 'OBO 未安装',
    },
    standingMore: {
      APP_AUTH_INSTALLED: '管理员已授权的服务应用，以应用自身的身份运行。',
      OBO_INSTALLED: '已获准代表成员运行的应用。',
      OBO_NOT_INSTALLED: '成员已请求、但尚未获管理员同意的应用。',
    },
    search: '按名称搜索',
    type: '类型',
    anyType: '所有类型',
    kinds: {
      OBO: '代表每位同意授权的成员运行。',
      APP_AUTH: '以应用自身的身份运行，无需用户。',
    },
    none: '尚未安装任何应用',
    noneMore: '使用发布者提供的客户端 ID 安装应用。成员请求的应用也会显示在这里。',
    noMatch: '没有符合筛选条件的应用',
    clear: '清除筛选',
    notApproved: (count) => `${count} 项权限未批准`,
    installed: '安装于',
    askedFor: '请求于',
    installedBy: (name) => `由 ${name} 安装`,
    review: '处理请求',
    actionsFor: (app) => `${app} 的操作`,
    changeScopes: '更改已批准的权限……',
    seeGrants: '查看其授权',
    uninstall: '卸载',
    uninstallTitle: (app) => `卸载 ${app}？`,
    uninstallMore: '它在此组织中的授权和令牌将立即失效。再次安装时一切从头开始。',
    clientId: '客户端 ID',
    clientIdMore: '发布者可在该应用的页面上找到它。',
    notAnId: '客户端 ID 由 app_ 和 32 个字符（0–9、a–f）组成。',
    noSuchApp: '没有此应用，或其发布者未对外提供。',
    signInInstead: '登录该应用并在其中同意后，它便可代表您运行。此处只能授权服务应用。',
    installedAlready: '此应用已安装。您可以更改它的权限。',
    denied: (by = '有人', until) => `${by} 已拒绝此应用，有效期至 ${until}`,
    deniedEnds: '您在此的决定将解除该拒绝。',
    lists: {
      wants: { OBO: '该应用希望代表每位成员', APP_AUTH: '该应用希望' },
      has: { OBO: '该应用可以代表每位成员', APP_AUTH: '该应用可以' },
    },
    leftOut: '未选择的权限，成员之后仍可请求。',
    atLeastOne: '请至少选择一项。',
    replaceMore: '取消的权限将立即对该应用在此处的所有令牌失效。',
    scopesOf: (app) => `${app} 的权限`,
    install: '安装',
    authorize: '授权',
    replace: '保存',
    isInstalled: (app) => `${app} 已安装。`,
    isReplaced: (app) => `${app} 的权限已更改。`,
    isUninstalled: (app) => `${app} 已卸载。`,
  },
}

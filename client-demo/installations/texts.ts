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
  readonly types: Readonly<Record<string, string>>
  readonly kinds: Readonly<Record<string, string>>
  readonly none: string
  readonly noneMore: string
  readonly noMatch: string
  readonly clear: string
  readonly by: (publisher: string) => string
  readonly suspended: string
  readonly suspendedMore: string
  readonly notApproved: (count: number) => string
  readonly moreScopes: (count: number) => string
  readonly fewerScopes: string
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
  readonly installTitle: string
  readonly authorizeService: string
  readonly clientId: string
  readonly clientIdMore: string
  readonly notAnId: string
  readonly noSuchApp: string
  readonly signInInstead: string
  readonly installedAlready: string
  readonly wants: string
  readonly mayDo: string
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
    types: { WEB: 'Web', PUBLIC: 'Mobile or desktop', DEVICE: 'Device', SERVICE: 'Service' },
    kinds: {
      OBO: 'Acts on behalf of each member who agrees to it.',
      APP_AUTH: 'Acts as itself, without a user.',
    },
    none: 'No app is installed here yet',
    noneMore: 'Install one by the client id that its publisher gave you. What members ask for shows up here, too.',
    noMatch: 'No app matches these filters',
    clear: 'Clear the filters',
    by: (publisher) => `by ${publisher}`,
    suspended: 'Suspended',
    suspendedMore:
      'Its publisher has disabled it or keeps it to itself. None of its tokens is accepted until that ends.',
    notApproved: (count) => (count === 1 ? '1 scope not approved' : `${count} scopes not approved`),
    moreScopes: (count) => (count === 1 ? 'Show 1 more scope' : `Show ${count} more scopes`),
    fewerScopes: 'Show fewer scopes',
    installed: 'Installed',
    askedFor: 'Asked for',
    installedBy: (name) => `by ${name}`,
    review: 'Review the request',
    actionsFor: (app) => `Actions for ${app}`,
    changeScopes: 'Change approved scopes …',
    seeGrants: 'See its grants',
    uninstall: 'Uninstall',
    uninstallTitle: (app) => `Uninstall ${app}?`,
    uninstallMore:
      'Its authorizations and tokens in this organization end at once. Installing it again starts from nothing.',
    installTitle: 'Install an app',
    authorizeService: 'Authorize a service app',
    clientId: 'Client id',
    clientIdMore: 'The publisher finds it on the page of the app.',
    notAnId: 'A client id is app_ and 32 characters from 0 to 9 and a to f.',
    noSuchApp: 'There is no such app, or its publisher does not offer it to others.',
    signInInstead:
      'This app acts for you once you sign in to it and agree there. Only service apps are authorized here.',
    installedAlready: 'This app is installed here already. You can change what it may do.',
    wants: 'The app wants to',
    mayDo: 'The app may',
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
    types: { WEB: '网站', PUBLIC: '移动或桌面应用', DEVICE: '设备', SERVICE: '服务' },
    kinds: {
      OBO: '代表每位同意授权的成员运行。',
      APP_AUTH: '以应用自身的身份运行，无需用户。',
    },
    none: '尚未安装任何应用',
    noneMore: '使用发布者提供的客户端 ID 安装应用。成员请求的应用也会显示在这里。',
    noMatch: '没有符合筛选条件的应用',
    clear: '清除筛选',
    by: (publisher) => `由 ${publisher} 发布`,
    suspended: '已暂停',
    suspendedMore: '发布者已停用该应用，或仅供其内部使用。在此期间，其所有令牌均不被接受。',
    notApproved: (count) => `${count} 项权限未批准`,
    moreScopes: (count) => `再显示 ${count} 项权限`,
    fewerScopes: '收起权限',
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
    installTitle: '安装应用',
    authorizeService: '授权服务应用',
    clientId: '客户端 ID',
    clientIdMore: '发布者可在该应用的页面上找到它。',
    notAnId: '客户端 ID 由 app_ 和 32 个字符（0–9、a–f）组成。',
    noSuchApp: '没有此应用，或其发布者未对外提供。',
    signInInstead: '登录该应用并在其中同意后，它便可代表您运行。此处只能授权服务应用。',
    installedAlready: '此应用已安装。您可以更改它的权限。',
    wants: '该应用希望',
    mayDo: '该应用可以',
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

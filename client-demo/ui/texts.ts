import type { Texts } from '../i18n/language.ts'

interface UiTexts {
  readonly loading: string
  readonly retry: string
  readonly request: string
  readonly cancel: string
  readonly close: string
  readonly showMore: string
  readonly copy: string
  readonly copied: string
  readonly sensitive: string
  readonly moreScopes: (count: number) => string
  readonly fewerScopes: string
  readonly publishedBy: (publisher: string) => string
  readonly mixedScripts: string
  readonly appTypes: Readonly<Record<string, string>>
  readonly suspended: string
  readonly suspendedMore: string
  readonly broken: string
  readonly brokenMore: string
  readonly reload: string
  readonly notLoaded: string
  readonly notLoadedMore: string
  readonly typeName: (name: string) => string
  readonly impact: string
  readonly impactNothing: string
  readonly impactOf: {
    readonly organizations: (count: number) => string
    readonly users: (count: number) => string
    readonly grants: (count: number) => string
    readonly liveTokens: (count: number) => string
  }
  readonly lastUsed: string
  readonly never: string
  readonly now: string
}

const many = (count: number, one: string, more: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : more}`

export const uiTexts: Texts<UiTexts> = {
  en: {
    loading: 'Loading …',
    retry: 'Try again',
    request: 'Request',
    cancel: 'Cancel',
    close: 'Close',
    showMore: 'Show more',
    copy: 'Copy',
    copied: 'Copied',
    sensitive: 'sensitive',
    moreScopes: (count) => (count === 1 ? 'Show 1 more scope' : `Show ${count} more scopes`),
    fewerScopes: 'Show fewer scopes',
    publishedBy: (publisher) => `by ${publisher}`,
    mixedScripts: 'This name mixes writing systems, so it may read as another name.',
    appTypes: {
      WEB: 'Web',
      PUBLIC: 'Mobile, desktop or single-page',
      DEVICE: 'Device or command line',
      SERVICE: 'Service',
    },
    suspended: 'Suspended',
    suspendedMore:
      'Its publisher has disabled it or keeps it to itself. None of its tokens is accepted until that ends.',
    broken: 'This page cannot be shown',
    brokenMore: 'Reloading may help: the server may be newer. The rest of the console works on.',
    reload: 'Reload',
    notLoaded: 'This page could not be loaded',
    notLoadedMore: 'The server was not reached. As soon as it is, the page is loaded again.',
    typeName: (name) => `Type “${name}” to confirm`,
    impact: 'This touches',
    impactNothing: 'Nothing uses it now.',
    impactOf: {
      organizations: (count) => many(count, 'organization', 'organizations'),
      users: (count) => many(count, 'user', 'users'),
      grants: (count) => many(count, 'grant', 'grants'),
      liveTokens: (count) => many(count, 'live token', 'live tokens'),
    },
    lastUsed: 'Last used',
    never: 'never',
    now: 'just now',
  },
  zh: {
    loading: '正在加载……',
    retry: '重试',
    request: '请求编号',
    cancel: '取消',
    close: '关闭',
    showMore: '显示更多',
    copy: '复制',
    copied: '已复制',
    sensitive: '敏感',
    moreScopes: (count) => `再显示 ${count} 项权限`,
    fewerScopes: '收起权限',
    publishedBy: (publisher) => `由 ${publisher} 发布`,
    mixedScripts: '此名称混用了不同的文字，可能被误读为其他名称。',
    appTypes: { WEB: '网站', PUBLIC: '移动、桌面或单页应用', DEVICE: '设备或命令行', SERVICE: '服务' },
    suspended: '已暂停',
    suspendedMore: '发布者已停用该应用，或仅供其内部使用。在此期间，其所有令牌均不被接受。',
    broken: '此页面无法显示',
    brokenMore: '重新加载可能会有帮助：服务器可能已更新。控制台的其他部分仍可使用。',
    reload: '重新加载',
    notLoaded: '此页面未能加载',
    notLoadedMore: '无法连接服务器。恢复连接后将自动重新加载此页面。',
    typeName: (name) => `输入“${name}”以确认`,
    impact: '这将影响',
    impactNothing: '目前没有任何使用。',
    impactOf: {
      organizations: (count) => `${count} 个组织`,
      users: (count) => `${count} 位用户`,
      grants: (count) => `${count} 项授权`,
      liveTokens: (count) => `${count} 个有效令牌`,
    },
    lastUsed: '最近使用',
    never: '从未',
    now: '刚刚',
  },
}

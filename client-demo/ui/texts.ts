import type { Texts } from '../i18n/language.ts'

interface UiTexts {
  readonly loading: string
  readonly retry: string
  readonly cancel: string
  readonly copy: string
  readonly copied: string
  readonly sensitive: string
  readonly broken: string
  readonly brokenMore: string
  readonly reload: string
  readonly typeName: (name: string) => string
  readonly impact: string
  readonly impactNothing: string
  readonly impactChanged: string
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
    cancel: 'Cancel',
    copy: 'Copy',
    copied: 'Copied',
    sensitive: 'sensitive',
    broken: 'This page cannot be shown',
    brokenMore: 'Reloading may help: the server may be newer. The rest of the console works on.',
    reload: 'Reload',
    typeName: (name) => `Type “${name}” to confirm`,
    impact: 'This touches',
    impactNothing: 'Nothing uses it now.',
    impactChanged: 'Things have changed since. This is what it would touch now; confirm again.',
    impactOf: {
      organizations: (count) => many(count, 'organization', 'organizations'),
      users: (count) => many(count, 'user', 'users'),
      grants: (count) => many(count, 'authorization', 'authorizations'),
      liveTokens: (count) => many(count, 'live token', 'live tokens'),
    },
    lastUsed: 'Last used',
    never: 'never',
    now: 'just now',
  },
  zh: {
    loading: '正在加载……',
    retry: '重试',
    cancel: '取消',
    copy: '复制',
    copied: '已复制',
    sensitive: '敏感',
    broken: '此页面无法显示',
    brokenMore: '重新加载可能会有帮助：服务器可能已更新。控制台的其他部分仍可使用。',
    reload: '重新加载',
    typeName: (name) => `输入“${name}”以确认`,
    impact: '这将影响',
    impactNothing: '目前没有任何使用。',
    impactChanged: '情况已发生变化。以下是现在会受影响的内容，请再次确认。',
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

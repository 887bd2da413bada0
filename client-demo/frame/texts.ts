import type { LiveStatus } from '../api/live/status.ts'
import type { Texts } from '../i18n/language.ts'
import type { Loss } from '../ui/useLossOnLeave.ts'

interface FrameTexts {
  readonly skip: string
  readonly navigation: string
  readonly you: string
  readonly openNavigation: string
  readonly closeNavigation: string
  readonly requests: string
  readonly installations: string
  readonly apps: string
  readonly grants: string
  readonly history: string
  readonly members: string
  readonly settings: string
  readonly newOrganization: string
  readonly myApps: string
  readonly pending: (count: number) => string
  readonly organization: string
  readonly language: string
  readonly appearance: string
  readonly appearances: Readonly<Record<'light' | 'dark' | 'auto', string>>
  readonly account: string
  readonly signOut: string
  readonly leave: string
  readonly leaving: Readonly<Record<Loss, { readonly title: string; readonly more: string }>>
  readonly live: Readonly<Record<LiveStatus, string>>
  readonly liveMore: Readonly<Record<LiveStatus, string>>
  readonly noMember: (organization: string) => string
  readonly noMemberMore: string
  readonly roleNow: (role: string) => string
  readonly roleNowMore: (organization: string) => string
  readonly goTo: (place: string) => string
  readonly notFound: string
  readonly notFoundMore: string
  readonly home: string
  readonly signedOut: string
  readonly signedOutMore: string
  readonly signIn: string
}

export const frameTexts: Texts<FrameTexts> = {
  en: {
    skip: 'Skip to the content',
    navigation: 'Pages',
    you: 'You',
    openNavigation: 'Open the navigation',
    closeNavigation: 'Close the navigation',
    requests: 'Requests',
    installations: 'Installed apps',
    apps: 'Apps',
    grants: 'Grants',
    history: 'History',
    members: 'Members',
    settings: 'Settings',
    newOrganization: 'New organization',
    myApps: 'My authorized apps',
    pending: (count) => `${count} pending`,
    organization: 'Organization',
    language: 'Language',
    appearance: 'Appearance',
    appearances: { light: 'Light', dark: 'Dark', auto: 'As the system' },
    account: 'Account',
    signOut: 'Sign out',
    leave: 'Leave',
    leaving: {
      edits: {
        title: 'Leave without saving?',
        more: 'What you have entered here is not saved yet, and will be lost.',
      },
      secret: {
        title: 'Leave without the secret?',
        more: 'It is shown only now. If you have not copied it, you will have to create another one.',
      },
    },
    live: { live: 'Live', connecting: 'Connecting', reconnecting: 'Reconnecting', offline: 'Offline' },
    liveMore: {
      live: 'What changes elsewhere shows here at once.',
      connecting: 'Connecting to the server …',
      reconnecting: 'The connection was lost. What happens meanwhile will show as soon as it is back.',
      offline: 'This computer has no network. What happens meanwhile will show as soon as it has.',
    },
    noMember: (organization) => `You are no longer a member of ${organization}`,
    noMemberMore: 'Your membership has ended, or the organization was deleted.',
    roleNow: (role) => `Your role here is now ${role}`,
    roleNowMore: (organization) => `This page is for the admins of ${organization}.`,
    goTo: (place) => `Go to ${place}`,
    notFound: 'Page not found',
    notFoundMore: 'There is nothing at this address, or nothing for you to see.',
    home: 'Go to the first page',
    signedOut: 'You are signed out',
    signedOutMore: 'Until the next time.',
    signIn: 'Sign in',
  },
  zh: {
    skip: '跳到内容',
    navigation: '页面',
    you: '您',
    openNavigation: '打开导航',
    closeNavigation: '关闭导航',
    requests: '安装请求',
    installations: '已安装的应用',
    apps: '应用',
    grants: '授权',
    history: '历史记录',
    members: '成员',
    settings: '设置',
    newOrganization: '新建组织',
    myApps: '我授权的应用',
    pending: (count) => `${count} 项待处理`,
    organization: '组织',
    language: '语言',
    appearance: '外观',
    appearances: { light: '浅色', dark: '深色', auto: '跟随系统' },
    account: '账户',
    signOut: '退出登录',
    leave: '离开',
    leaving: {
      edits: { title: '不保存就离开？', more: '您在此输入的内容尚未保存，离开后将丢失。' },
      secret: { title: '未保存密钥就离开？', more: '密钥仅在此时显示。如果尚未复制，您将需要重新创建。' },
    },
    live: { live: '实时', connecting: '正在连接', reconnecting: '正在重新连接', offline: '离线' },
    liveMore: {
      live: '其他地方的变化会立即显示在这里。',
      connecting: '正在连接服务器……',
      reconnecting: '连接已断开。恢复后将显示期间发生的变化。',
      offline: '此计算机没有网络。恢复后将显示期间发生的变化。',
    },
    noMember: (organization) => `您已不再是“${organization}”的成员`,
    noMemberMore: '您的成员资格已结束，或该组织已被删除。',
    roleNow: (role) => `您在此的角色现为${role}`,
    roleNowMore: (organization) => `此页面仅供“${organization}”的管理员使用。`,
    goTo: (place) => `前往“${place}”`,
    notFound: '页面不存在',
    notFoundMore: '此地址没有内容，或没有您可以查看的内容。',
    home: '前往首页',
    signedOut: '您已退出登录',
    signedOutMore: '下次见。',
    signIn: '登录',
  },
}

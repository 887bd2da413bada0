import type { Language } from '../../../http/language.ts'

/** What can be wrong with a code that was entered. */
export type DeviceProblem = 'unknown' | 'expired' | 'used' | 'too-many' | 'stale'

/** How a device flow can end, as its user sees it. */
export type DeviceEnd = 'done' | 'refused' | 'ended'

interface End {
  readonly title: string
  readonly text: string
  /** The way to enter another code, where there is a reason to. */
  readonly again?: string
}

interface DeviceTexts {
  readonly connect: string
  readonly connectMore: string
  readonly code: string
  readonly example: string
  readonly next: string
  readonly problems: Readonly<Record<DeviceProblem, (minutes: number) => string>>
  readonly confirm: (app: string) => string
  readonly sameCode: string
  readonly isSame: string
  readonly isNot: string
  readonly ends: Readonly<Record<DeviceEnd, End>>
}

/** What the pages for devices say. */
export const deviceTexts: Readonly<Record<Language, DeviceTexts>> = {
  en: {
    connect: 'Connect a device',
    connectMore: 'Enter the code that your device or command line shows.',
    code: 'Code',
    example: 'Eight letters, such as BCDF-GHJK.',
    next: 'Continue',
    problems: {
      unknown: () => 'There is no such code. Compare it with what your device shows.',
      expired: () => 'This code has expired. Start again on your device to get a new one.',
      used: () => 'This code has been used already. Start again on your device to get a new one.',
      'too-many': (minutes) => `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      stale: () => 'This form was no longer valid. Please try again.',
    },
    confirm: (app) => `Connect a device to ${app}?`,
    sameCode: 'Does your device show this code?',
    isSame: 'Yes, continue',
    isNot: 'No, refuse',
    ends: {
      done: { title: 'Your device is connected', text: 'You can close this page and go back to your device.' },
      refused: { title: 'You refused', text: 'The device gets no access. You can close this page.' },
      ended: {
        title: 'This request has ended',
        text: 'It has expired, or was decided already. Start again on your device to get a new code.',
        again: 'Enter another code',
      },
    },
  },
  zh: {
    connect: '连接设备',
    connectMore: '请输入您的设备或命令行显示的代码。',
    code: '代码',
    example: '八个字母，例如 BCDF-GHJK。',
    next: '继续',
    problems: {
      unknown: () => '没有此代码，请与设备上显示的代码核对。',
      expired: () => '此代码已过期，请在设备上重新开始以获取新代码。',
      used: () => '此代码已被使用，请在设备上重新开始以获取新代码。',
      'too-many': (minutes) => `尝试次数过多，请在 ${minutes} 分钟后重试。`,
      stale: () => '此表单已失效，请重试。',
    },
    confirm: (app) => `要将设备连接到 ${app} 吗？`,
    sameCode: '您的设备显示的是此代码吗？',
    isSame: '是，继续',
    isNot: '不是，拒绝',
    ends: {
      done: { title: '您的设备已连接', text: '您可以关闭此页面，返回您的设备。' },
      refused: { title: '您已拒绝', text: '该设备不会获得访问权限。您可以关闭此页面。' },
      ended: {
        title: '此请求已结束',
        text: '它已过期，或已有结果。请在设备上重新开始以获取新代码。',
        again: '输入其他代码',
      },
    },
  },
}

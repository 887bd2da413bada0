import type { Texts } from '../i18n/language.ts'

const en = {
  title: 'Try it',
  about: 'Each block is for bash with curl, openssl and Node.js, one after the other, in the same terminal.',
  needSecret: 'Put a secret of the app in place of the one in the first line.',
  needKey: 'Add a key first; then these commands carry its id.',
  needFile: 'Run this where the file of the private key is, or put its path into the first line.',
  steps: {
    prepare: 'Prepare',
    agree: 'Open the address that this prints, and agree',
    code: 'Put in the code of the address that the browser comes back to',
    exchange: 'Exchange the code for tokens',
    start: 'Start, and open the address that this prints',
    poll: 'Ask until somebody has agreed',
    sign: 'Sign a statement about the app',
    token: 'Get a token for it',
    check: 'Check the token',
  },
}

const zh: typeof en = {
  title: '试一试',
  about: '以下命令适用于 bash，需要 curl、openssl 和 Node.js，请在同一终端中依次执行。',
  needSecret: '请将第一行中的密钥换成此应用的密钥。',
  needKey: '请先添加公钥，命令中会填入它的 ID。',
  needFile: '请在私钥文件所在的目录运行，或将其路径填入第一行。',
  steps: {
    prepare: '准备',
    agree: '打开所显示的地址，并同意',
    code: '填入浏览器返回地址中的 code',
    exchange: '用授权码换取令牌',
    start: '开始，并打开所显示的地址',
    poll: '轮询，直到有人同意',
    sign: '对应用的声明签名',
    token: '用它获得令牌',
    check: '检查令牌',
  },
}

export const commandTexts: Texts<typeof en> = { en, zh }
export type StepName = keyof typeof en.steps

import type { Texts } from '../i18n/language.ts'

interface TypeTexts {
  readonly title: string
  readonly about: string
  readonly how: string
}

const en = {
  title: 'New app',
  steps: { type: 'What you build', details: 'Details', scopes: 'Scopes' },
  progress: (step: number, all: number) => `Step ${step} of ${all}`,
  progressName: 'Steps',
  question: 'What are you building?',
  questionMore: 'It decides how the app gets its tokens, and can never be changed.',
  detailsTitle: 'What is it called, and who may use it?',
  scopesTitle: 'What may it ask for?',
  next: 'Continue',
  back: 'Back',
  create: 'Create app',
  types: {
    WEB: {
      title: 'A web app with a back end',
      about: 'It runs on a server of yours, which can keep a secret.',
      how: 'Authorization code with a client secret; acts for a user',
    },
    PUBLIC: {
      title: 'A mobile, desktop or single-page app',
      about: 'It runs on the device or in the browser of its user, where nothing stays secret.',
      how: 'Authorization code with PKCE; acts for a user',
    },
    DEVICE: {
      title: 'A TV, a device or a command line',
      about: 'It has no good browser or keyboard: people agree on their phone or computer.',
      how: 'Device authorization; acts for a user',
    },
    SERVICE: {
      title: 'A service with no user',
      about: 'A nightly job, a bot, an integration: it works while nobody is there.',
      how: 'A statement signed with its own key; acts as itself',
    },
  } satisfies Record<string, TypeTexts>,
}

const zh: typeof en = {
  title: '新建应用',
  steps: { type: '应用类型', details: '基本信息', scopes: '权限' },
  progress: (step, all) => `第 ${step} 步，共 ${all} 步`,
  progressName: '步骤',
  question: '您要构建什么？',
  questionMore: '这决定应用如何获得令牌，之后无法更改。',
  detailsTitle: '它叫什么，谁可以使用？',
  scopesTitle: '它可以请求什么权限？',
  next: '继续',
  back: '返回',
  create: '创建应用',
  types: {
    WEB: {
      title: '有后端的网站应用',
      about: '运行在您的服务器上，能够保管密钥。',
      how: '授权码与客户端密钥；代表用户',
    },
    PUBLIC: {
      title: '移动、桌面或单页应用',
      about: '运行在用户的设备或浏览器中，无法保管密钥。',
      how: '授权码与 PKCE；代表用户',
    },
    DEVICE: {
      title: '电视、设备或命令行',
      about: '没有方便的浏览器或键盘：用户在手机或电脑上同意。',
      how: '设备授权；代表用户',
    },
    SERVICE: {
      title: '没有用户的服务',
      about: '夜间任务、机器人、集成：无人值守时工作。',
      how: '用自己的密钥签名；代表自己',
    },
  },
}

export const createTexts: Texts<typeof en> = { en, zh }

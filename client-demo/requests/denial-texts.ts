import type { Texts } from '../i18n/language.ts'

interface DenialTexts {
  readonly title: string
  readonly none: string
  readonly noneMore: string
  readonly reason: string
  readonly noReason: string
  readonly denied: string
  readonly somebody: string
  readonly until: string
  readonly cannotAsk: string
  readonly lift: string
  readonly liftOf: (app: string) => string
  readonly liftTitle: (app: string) => string
  readonly liftMore: string
  readonly isLifted: (app: string) => string
}

export const denialTexts: Texts<DenialTexts> = {
  en: {
    title: 'Standing denials',
    none: 'No denial stands',
    noneMore: 'What you deny is listed here until it ends by itself or you lift it. Nobody can ask for it meanwhile.',
    reason: 'Reason',
    noReason: 'No reason given',
    denied: 'Denied by',
    somebody: 'Somebody',
    until: 'Stands until',
    cannotAsk: 'Nobody can ask for',
    lift: 'Lift denial',
    liftOf: (app) => `Lift denial of ${app}`,
    liftTitle: (app) => `Lift the denial of ${app}?`,
    liftMore: 'Members may ask for it again at once. This approves nothing: you decide when somebody asks.',
    isLifted: (app) => `The denial of ${app} is lifted.`,
  },
  zh: {
    title: '有效的拒绝',
    none: '没有有效的拒绝',
    noneMore: '您拒绝的内容会列在这里，直到自行到期或由您解除。在此期间，任何人都不能请求它。',
    reason: '原因',
    noReason: '未说明原因',
    denied: '拒绝者',
    somebody: '有人',
    until: '有效期至',
    cannotAsk: '任何人都不能请求',
    lift: '解除拒绝',
    liftOf: (app) => `解除拒绝：${app}`,
    liftTitle: (app) => `解除对 ${app} 的拒绝？`,
    liftMore: '成员可立即再次请求。这不会批准任何内容：有人请求时由您决定。',
    isLifted: (app) => `已解除对 ${app} 的拒绝。`,
  },
}

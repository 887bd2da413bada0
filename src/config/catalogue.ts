/** One scope of the catalogue that apps may ask for. */
export interface Scope {
  readonly name: string
  readonly description: { readonly en: string; readonly zh: string }
  readonly sensitive: boolean
}

/** The scopes that mean something to Gatehouse itself; the rest of the catalogue is the operator's. */
export const builtInScopes: readonly Scope[] = [
  scope('openid', 'Know who you are', '确认您的身份'),
  scope('profile', 'See your name', '查看您的姓名'),
  scope('email', 'See your e-mail address', '查看您的邮箱地址'),
  scope('offline_access', 'Keep access while you are away', '在您离开时保持访问'),
  scope('gatehouse:read', 'Read the administration of your organization', '读取组织的管理信息', true),
  scope('gatehouse:manage', 'Manage apps and installations of your organization', '管理组织的应用与安装', true),
  scope('gatehouse:introspect', 'Check tokens of your organization', '校验组织内的令牌', true),
]

/** What there is to try things out, where the file names no other scopes. */
export const defaultCatalogue: readonly Scope[] = [
  scope('documents:read', 'Read documents', '读取文档'),
  scope('documents:write', 'Create and change documents', '创建和修改文档', true),
  scope('calendar:read', 'Read calendars', '读取日历'),
  scope('calendar:write', 'Create and change calendar entries', '创建和修改日程', true),
  scope('contacts:read', 'Read the address book', '读取通讯录', true),
  scope('messages:send', 'Send messages in your name', '以您的名义发送消息', true),
]

function scope(name: string, en: string, zh: string, sensitive = false): Scope {
  return { name, description: { en, zh }, sensitive }
}

import type { Scope } from '../config/catalogue.ts'
import type { Config } from '../config/config.ts'
import { builder } from './builder.ts'

const Language = builder.enumType('Language', {
  description: 'A language that texts for people exist in.',
  values: { EN: { description: 'English.' }, ZH: { description: 'Chinese.' } } as const,
})

export const ScopeType = builder.objectRef<Scope>('Scope').implement({
  description: 'Something that an app may be allowed to do.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As it stands in OAuth requests and tokens.' }),
    description: t.string({
      description: 'What it allows, in a few words for people.',
      args: { language: t.arg({ type: Language, defaultValue: 'EN', description: 'In which language.' }) },
      resolve: (scope, { language }) => (language === 'ZH' ? scope.description.zh : scope.description.en),
    }),
    sensitive: t.exposeBoolean('sensitive', { description: 'Whether to think twice before allowing it.' }),
  }),
})

builder.queryField('scopes', (t) =>
  t.field({
    type: [ScopeType],
    description: 'The catalogue: all scopes that apps may ask for.',
    authScopes: { signedIn: true },
    resolve: (_root, _args, { core }) => [...core.config.scopes],
  }),
)

/** The entries of the catalogue; a name that was taken out of it since describes itself. */
export const scopesOf = (config: Config, names: readonly string[]): Scope[] =>
  names.map(
    (name) =>
      config.scopes.find((scope) => scope.name === name) ?? {
        name,
        description: { en: name, zh: name },
        sensitive: true,
      },
  )

import { AppDisabled, EditionHasNoInstallations, WrongAppType } from '../errors.ts'
import { batched } from '../graphql/batch.ts'
import { mutation } from '../graphql/mutation.ts'
import { parseId } from '../ids.ts'
import { installApp } from './decisions.ts'

mutation('installApp', {
  description:
    'Installs an app that acts for users. Where it was asked for, that approves the requests; where it is installed, it replaces the approved scopes; a denial ends.',
  input: (t) => ({
    organizationId: t.id({ description: 'Where, `org_…`.' }),
    appId: t.id({ description: 'Which app, `app_…`.' }),
    scopes: t.stringList({
      required: false,
      description: 'What to approve; all that the app may ask for where nothing is said.',
    }),
  }),
  who: {
    action: 'installations:decide',
    in: ({ organizationId }) => parseId('Organization', organizationId, 'organizationId'),
  },
  errors: [AppDisabled, EditionHasNoInstallations, WrongAppType],
  resolve: async ({ core, viewer }, { scopes, ...input }) => {
    const organizationId = parseId('Organization', input.organizationId, 'organizationId')
    const appId = parseId('App', input.appId, 'appId')
    const { value: installationId, cursor } = await installApp(core, viewer, { organizationId, appId, scopes })
    return { installationId, cursor: await cursor(organizationId) }
  },
  success: (t) => ({
    installation: t.prismaField({
      type: 'Installation',
      description: 'The installation.',
      resolve: (query, { installationId }, _args, context) =>
        batched(context).installation.findUniqueOrThrow({ ...query, where: { id: installationId } }),
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes a feed of the organization right after this.' }),
  }),
})

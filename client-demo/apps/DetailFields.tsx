import { Textarea, TextInput } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Choices } from './Choices.tsx'
import { Field } from './Field.tsx'
import { RedirectUris } from './RedirectUris.tsx'
import { type Draft, hasRedirectUris } from './rules.ts'
import { appTexts } from './texts.ts'

interface DetailFieldsProps {
  readonly type: string
  readonly draft: Draft
  readonly onChange: (patch: Partial<Draft>) => void
  readonly errorAt: (path: string) => string | undefined
  /** Of an app that is there already. */
  readonly wasExternal?: boolean
  /** Homepage, logo and where people go after they signed out, too. */
  readonly links?: boolean
}

/** Everything about an app but its scopes. */
export function DetailFields({ type, draft, onChange, errorAt, wasExternal, links }: DetailFieldsProps) {
  const says = useTexts(appTexts)
  const distributions = (['INTERNAL', 'EXTERNAL'] as const).map((value) => ({
    value,
    title: says.distributions[value] ?? value,
    about: says.distributionMore[value] ?? '',
  }))
  const narrows = wasExternal && draft.distribution === 'INTERNAL'
  return (
    <>
      <TextInput
        label={says.name}
        value={draft.name}
        onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
        error={errorAt('name')}
        autoComplete="off"
      />
      <Textarea
        label={`${says.description} (${says.optional})`}
        description={says.descriptionMore}
        value={draft.description}
        onChange={({ currentTarget }) => onChange({ description: currentTarget.value })}
        error={errorAt('description')}
        autosize
        minRows={2}
        maxRows={10}
      />
      <Field label={says.distribution} about={narrows ? says.narrowing : undefined} error={errorAt('distribution')}>
        <Choices
          label={says.distribution}
          choices={distributions}
          chosen={draft.distribution}
          onChoose={(distribution) => onChange({ distribution })}
          wide
        />
      </Field>
      {hasRedirectUris(type) && (
        <RedirectUris
          field="redirectUris"
          type={type}
          uris={draft.redirectUris}
          onChange={(redirectUris) => onChange({ redirectUris })}
          errorAt={errorAt}
        />
      )}
      {links && hasRedirectUris(type) && (
        <RedirectUris
          field="postLogoutRedirectUris"
          type={type}
          uris={draft.postLogoutRedirectUris}
          onChange={(postLogoutRedirectUris) => onChange({ postLogoutRedirectUris })}
          errorAt={errorAt}
        />
      )}
      {links &&
        (['homepageUrl', 'logoUrl'] as const).map((field) => (
          <TextInput
            key={field}
            label={`${says[field]} (${says.optional})`}
            value={draft[field]}
            onChange={({ currentTarget }) => onChange({ [field]: currentTarget.value })}
            error={errorAt(field)}
            placeholder="https://"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
          />
        ))}
    </>
  )
}

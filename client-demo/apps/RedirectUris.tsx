import { Button, CloseButton, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import styles from './apps.module.css'
import { Field } from './Field.tsx'
import { appTexts } from './texts.ts'

interface RedirectUrisProps {
  readonly field: 'redirectUris' | 'postLogoutRedirectUris'
  readonly type: string
  readonly uris: readonly string[]
  readonly onChange: (uris: readonly string[]) => void
  /** What is wrong at a path. */
  readonly errorAt: (path: string) => string | undefined
}

/** One input for each redirect URI. An app has at least one; where people go after they signed out is optional. */
export function RedirectUris({ field, type, uris, onChange, errorAt }: RedirectUrisProps) {
  const says = useTexts(appTexts)
  const { label, about, nameOf, placeholder } = says.uriFields[field]
  const isOptional = field === 'postLogoutRedirectUris'
  const list = useRef<HTMLDivElement>(null)
  // Rows have no names of their own: one goes, and the others stay what they are.
  const keys = useRef<number[]>([])
  while (keys.current.length < uris.length) keys.current.push((keys.current.at(-1) ?? 0) + 1)
  // Which input gets the focus next: that of the new one, or what took the place of one that went.
  const next = useRef<number>(undefined)
  useEffect(() => {
    if (next.current === undefined) return
    const inputs = list.current?.querySelectorAll('input') ?? []
    inputs[Math.min(next.current, inputs.length - 1)]?.focus()
    next.current = undefined
  })
  const remove = (index: number) => {
    keys.current.splice(index, 1)
    next.current = index
    onChange(uris.toSpliced(index, 1))
  }
  const add = () => {
    next.current = uris.length
    onChange([...uris, ''])
  }
  return (
    <Field label={isOptional ? `${label} (${says.optional})` : label} about={about[type]} error={errorAt(field)}>
      <div ref={list} className={styles.uris}>
        {uris.map((uri, index) => (
          <div key={keys.current[index]} className={styles.uri}>
            <TextInput
              aria-label={nameOf(index + 1)}
              value={uri}
              onChange={({ currentTarget }) => onChange(uris.with(index, currentTarget.value))}
              placeholder={index === 0 ? placeholder : undefined}
              error={errorAt(`${field}.${index}`)}
              inputMode="url"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
            {(isOptional || uris.length > 1) && (
              <CloseButton aria-label={says.removeUri(uri || nameOf(index + 1))} onClick={() => remove(index)} />
            )}
          </div>
        ))}
      </div>
      <Button variant="subtle" size="compact-sm" className={styles.addUri} onClick={add}>
        {uris.length === 0 ? says.addFirstUri : says.addUri}
      </Button>
    </Field>
  )
}

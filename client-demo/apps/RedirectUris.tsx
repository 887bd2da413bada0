import { Button, CloseButton, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import styles from './apps.module.css'
import { Field } from './Field.tsx'
import { appTexts } from './texts.ts'

interface RedirectUrisProps {
  readonly type: string
  readonly uris: readonly string[]
  readonly onChange: (uris: readonly string[]) => void
  /** What is wrong at a path. */
  readonly errorAt: (path: string) => string | undefined
}

/** One input for each redirect URI; the last of them cannot be taken away. */
export function RedirectUris({ type, uris, onChange, errorAt }: RedirectUrisProps) {
  const says = useTexts(appTexts)
  const [added, setAdded] = useState(false)
  // Rows have no names of their own: one goes, and the others stay what they are.
  const keys = useRef<number[]>([])
  while (keys.current.length < uris.length) keys.current.push((keys.current.at(-1) ?? 0) + 1)
  const remove = (index: number) => {
    keys.current.splice(index, 1)
    onChange(uris.toSpliced(index, 1))
  }
  return (
    <Field label={says.redirectUris} about={says.redirectUrisMore[type]} error={errorAt('redirectUris')}>
      <div className={styles.uris}>
        {uris.map((uri, index) => (
          <div key={keys.current[index]} className={styles.uri}>
            <TextInput
              aria-label={says.redirectUri(index + 1)}
              value={uri}
              onChange={({ currentTarget }) => onChange(uris.with(index, currentTarget.value))}
              placeholder={index === 0 ? 'https://app.example.com/callback' : undefined}
              error={errorAt(`redirectUris.${index}`)}
              inputMode="url"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              // The viewer has just asked for it.
              autoFocus={added && index === uris.length - 1}
            />
            {uris.length > 1 && (
              <CloseButton
                aria-label={says.removeUri(uri || says.redirectUri(index + 1))}
                onClick={() => remove(index)}
              />
            )}
          </div>
        ))}
      </div>
      <Button
        variant="subtle"
        size="compact-sm"
        className={styles.addUri}
        onClick={() => {
          setAdded(true)
          onChange([...uris, ''])
        }}
      >
        {says.addUri}
      </Button>
    </Field>
  )
}

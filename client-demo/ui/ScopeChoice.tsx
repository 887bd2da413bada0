import { Checkbox } from '@mantine/core'
import type { Scope } from '../api/fragments.ts'
import { SensitiveMark } from './ScopeChips.tsx'
import styles from './ui.module.css'

/** The sensitive ones before the others. */
export const sensitiveFirst = (scopes: readonly Scope[]): Scope[] =>
  scopes.toSorted((a, b) => Number(b.sensitive) - Number(a.sensitive))

/** A scope in words: what it allows, whether to think twice about it, and its name. */
export const ScopeInWords = ({ scope: { name, description, sensitive } }: { scope: Scope }) => (
  <span className={styles.scope}>
    <span>{description}</span> {sensitive && <SensitiveMark />} <code>{name}</code>
  </span>
)

interface ScopeCheckboxesProps {
  readonly scopes: readonly Scope[]
  readonly isChosen: (name: string) => boolean
  readonly onToggle: (name: string) => void
}

/** Scopes to choose from, one below the other. */
export const ScopeCheckboxes = ({ scopes, isChosen, onToggle }: ScopeCheckboxesProps) =>
  scopes.map((scope) => (
    <Checkbox
      key={scope.name}
      className={styles.scopeRow}
      checked={isChosen(scope.name)}
      onChange={() => onToggle(scope.name)}
      label={<ScopeInWords scope={scope} />}
    />
  ))

interface ScopeChoiceProps extends ScopeCheckboxesProps {
  readonly label: string
  readonly disabled: boolean
}

/** Which scopes an app gets. */
export const ScopeChoice = ({ label, disabled, ...rest }: ScopeChoiceProps) => (
  <fieldset className={styles.scopes} disabled={disabled}>
    <legend>{label}</legend>
    <ScopeCheckboxes {...rest} />
  </fieldset>
)

/** A set of names with this one added, or taken out. */
export function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(names)
  if (!next.delete(name)) next.add(name)
  return next
}

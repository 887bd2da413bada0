import { useQuery } from 'urql'
import type { Scope } from '../api/fragments.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { ScopeCheckboxes } from '../ui/ScopeChoice.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import styles from './apps.module.css'
import { Catalogue } from './documents.ts'
import { Field } from './Field.tsx'
import { appTexts } from './texts.ts'

interface ScopePickerProps {
  readonly chosen: readonly string[]
  readonly onChoose: (scopes: readonly string[]) => void
  /** What the app may ask for now: shown also where the catalogue has it no longer. */
  readonly had?: readonly Scope[]
  readonly hint?: string
  readonly error: string | undefined
}

const groups = ['own', 'identity', 'gatehouse'] as const

function groupOf({ name }: Scope): (typeof groups)[number] {
  if (name.startsWith('gatehouse:')) return 'gatehouse'
  return name.includes(':') || !/^(openid|profile|email|offline_access)$/.test(name) ? 'own' : 'identity'
}

/** The catalogue of scopes, to choose from. */
export function ScopePicker({ chosen, onChoose, had = [], hint, error }: ScopePickerProps) {
  const says = useTexts(appTexts)
  const [{ data }] = useQuery({ query: Catalogue, variables: { language: useApiLanguage() } })
  if (!data) return <Waiting />
  const all = [...new Map([...data.scopes, ...had].map((scope) => [scope.name, scope])).values()]
  const grouped = Map.groupBy(all, groupOf)
  // In the order of the catalogue, whatever was ticked first.
  const toggle = (name: string) =>
    onChoose(all.map((one) => one.name).filter((one) => (one === name) !== chosen.includes(one)))
  return (
    <Field label={says.scopes} about={hint ?? says.scopesMore} aside={says.chosen(chosen.length)} error={error}>
      {groups.flatMap((group) => {
        const scopes = grouped.get(group)
        if (!scopes) return []
        return (
          <fieldset key={group} className={styles.scopeGroup}>
            <legend className={styles.scopeGroupName}>{says.scopeGroups[group]}</legend>
            <ScopeCheckboxes scopes={scopes} isChosen={(name) => chosen.includes(name)} onToggle={toggle} />
          </fieldset>
        )
      })}
    </Field>
  )
}

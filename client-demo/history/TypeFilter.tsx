import { Button, Checkbox, Popover } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ChevronIcon } from '../ui/icons.tsx'
import type { EventType } from './documents.ts'
import { type Kind, kinds } from './filter.ts'
import styles from './history.module.css'
import { historyTexts } from './texts.ts'

interface TypeFilterProps {
  readonly types: readonly EventType[]
  readonly onChange: (types: readonly EventType[]) => void
}

/** Which types of events to show: each, or all of a kind at once. */
export function TypeFilter({ types, onChange }: TypeFilterProps) {
  const says = useTexts(historyTexts)
  const chosen = new Set(types)
  const choose = (some: readonly EventType[], isChosen: boolean) => {
    const others = types.filter((type) => !some.includes(type))
    onChange(isChosen ? [...others, ...some] : others)
  }
  const label = types.length === 0 ? says.allTypes : says.someTypes(types.length)
  return (
    <Popover position="bottom-start" trapFocus width={300}>
      <Popover.Target>
        <Button
          variant="default"
          justify="space-between"
          className={styles.typeButton}
          rightSection={<ChevronIcon size={14} />}
          aria-label={`${says.type}: ${label}`}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.types}>
        {(Object.keys(kinds) as Kind[]).map((kind) => {
          const some: readonly EventType[] = kinds[kind]
          const count = some.filter((type) => chosen.has(type)).length
          return (
            <fieldset key={kind} className={styles.kind}>
              <legend>
                <Checkbox
                  label={says.kinds[kind]}
                  checked={count === some.length}
                  indeterminate={count > 0 && count < some.length}
                  onChange={({ currentTarget }) => choose(some, currentTarget.checked)}
                />
              </legend>
              {some.map((type) => (
                <Checkbox
                  key={type}
                  label={says.types[type] ?? type}
                  checked={chosen.has(type)}
                  onChange={({ currentTarget }) => choose([type], currentTarget.checked)}
                />
              ))}
            </fieldset>
          )
        })}
      </Popover.Dropdown>
    </Popover>
  )
}

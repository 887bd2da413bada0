import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { lineFault } from '../ui/rules.ts'
import { useFieldErrors } from '../ui/useFieldErrors.ts'
import { useLossOnLeave } from '../ui/useLossOnLeave.ts'
import { RenameOrganization } from './documents.ts'
import styles from './organizations.module.css'
import { organizationTexts } from './texts.ts'

interface RenameFormProps {
  readonly organization: { readonly id: string; readonly name: string }
  readonly mayRename: boolean
}

export function RenameForm({ organization: { id, name }, mayRename }: RenameFormProps) {
  const says = useTexts(organizationTexts)
  const renaming = useAction(RenameOrganization)
  // Undefined until something is typed: until then it follows what others do.
  const [typed, setTyped] = useState<string>()
  const [isSaved, setSaved] = useState(false)
  const isOther = typed !== undefined && typed.trim() !== name
  useLossOnLeave(isOther ? 'edits' : undefined)
  const faults = { name: lineFault(typed ?? name, 100) }
  const { errorAt, rest, check, form } = useFieldErrors(['name'], faults, renaming.problem)
  const rename = async () => {
    const { success } = await renaming.run({ organizationId: id, name: typed ?? name })
    if (!success) return
    setTyped(undefined)
    setSaved(true)
  }
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isOther && !renaming.busy && check()) void rename()
      }}
    >
      <TextInput
        className={styles.input}
        label={says.name}
        description={mayRename ? undefined : says.renameReserved}
        disabled={!mayRename}
        value={typed ?? name}
        onChange={({ currentTarget }) => {
          renaming.forget()
          setTyped(currentTarget.value)
          setSaved(false)
        }}
        error={errorAt('name')}
        autoComplete="off"
      />
      {mayRename && (
        // Not disabled: it would lose the focus as soon as the name is saved.
        <Button
          type="submit"
          size="sm"
          loading={renaming.busy}
          data-disabled={!isOther || undefined}
          aria-disabled={!isOther}
        >
          {says.save}
        </Button>
      )}
      <span className={styles.saved} role="status">
        {isSaved && says.saved}
      </span>
      <ProblemAlert problem={rest} />
    </form>
  )
}

import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
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
  const rename = async () => {
    const { success } = await renaming.run({ organizationId: id, name: typed ?? name })
    if (!success) return
    setTyped(undefined)
    setSaved(true)
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isOther && !renaming.busy) void rename()
      }}
    >
      <TextInput
        className={styles.input}
        label={says.name}
        description={mayRename ? undefined : says.renameReserved}
        disabled={!mayRename}
        value={typed ?? name}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value)
          setSaved(false)
        }}
        error={renaming.problem?.issues.name}
        maxLength={100}
        autoComplete="off"
      />
      {mayRename && (
        <Button type="submit" size="sm" loading={renaming.busy} disabled={!isOther || typed?.trim() === ''}>
          {says.save}
        </Button>
      )}
      <span className={styles.saved} role="status">
        {isSaved && says.saved}
      </span>
      <ProblemAlert problem={renaming.problem} />
    </form>
  )
}

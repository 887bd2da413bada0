import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { AppsByName, People } from './documents.ts'
import { grantTexts } from './texts.ts'

/** In milliseconds: after so long without a key, it is looked for. */
const PAUSE = 250
/** So many people are enough to choose from; while fewer of them fit, more are read. */
const ENOUGH = 8

export interface Option {
  readonly value: string
  readonly label: string
}

interface FilterProps {
  readonly organizationId: string
  readonly label: string
  readonly chosen: Option | null
  readonly onChoose: (id: string | null) => void
}

/** One of the apps here; the server looks for them by their names. */
export function AppFilter({ organizationId, ...rest }: FilterProps) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed === rest.chosen?.label ? '' : typed.trim(), PAUSE)
  const [{ data }] = useQuery({ query: AppsByName, variables: { organizationId, search: search || null } })
  const found = data?.organization?.installations?.edges ?? []
  const options = found.map(({ node: { app } }) => ({ value: app.id, label: app.name }))
  return <Choice {...rest} options={options} typed={typed} onType={setTyped} isFound />
}

const membersIn = ({ organization }: ResultOf<typeof People>) => organization?.members

/** One of the members, who come page by page. */
export function UserFilter({ organizationId, ...rest }: FilterProps) {
  const [typed, setTyped] = useState('')
  const { nodes = [], hasMore, loadMore } = usePages(People, { organizationId }, membersIn)
  const options = nodes.map(({ user: { id, name, email } }) => ({
    value: id,
    label: email ? `${name} (${email})` : name,
  }))
  const search = typed.trim().toLowerCase()
  const fitting = options.filter(({ label }) => label.toLowerCase().includes(search)).length
  const isWanting = search !== '' && search !== rest.chosen?.label.toLowerCase() && fitting < ENOUGH
  // Again after each page, until there is enough of it.
  useEffect(() => {
    if (isWanting && hasMore && nodes.length > 0) loadMore()
  }, [isWanting, hasMore, nodes.length, loadMore])
  return <Choice {...rest} options={options} typed={typed} onType={setTyped} />
}

interface ChoiceProps extends Pick<FilterProps, 'label' | 'chosen' | 'onChoose'> {
  readonly placeholder?: string
  readonly options: readonly Option[]
  readonly typed: string
  readonly onType: (text: string) => void
  /** Whether the options are those that fit what was typed, and need no looking through. */
  readonly isFound?: boolean
}

/** One of many, found by typing. */
export function Choice({
  label,
  placeholder = label,
  chosen,
  onChoose,
  options,
  typed,
  onType,
  isFound = false,
}: ChoiceProps) {
  const says = useTexts(grantTexts)
  const isKnown = options.some(({ value }) => value === chosen?.value)
  return (
    <Select
      size="xs"
      aria-label={label}
      placeholder={placeholder}
      data={chosen && !isKnown ? [chosen, ...options] : options}
      value={chosen?.value ?? null}
      onChange={onChoose}
      searchable
      searchValue={typed}
      onSearchChange={onType}
      filter={isFound ? ({ options }) => options : undefined}
      limit={50}
      clearable
      clearButtonProps={{ 'aria-label': `${says.clear}: ${label}` }}
      nothingFoundMessage={says.noMatch}
    />
  )
}

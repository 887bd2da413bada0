import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useQuery } from 'urql'
import { Choice } from '../grants/filters.tsx'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { AppChoices, ChosenApp } from './documents.ts'
import { historyTexts } from './texts.ts'

/** In milliseconds: after so long without a key, it is looked for. */
const PAUSE = 250

interface AppFilterProps {
  readonly chosen: string | undefined
  readonly onChoose: (id: string | undefined) => void
}

/** One of the apps that are published or installed here; the server looks for them by their names. */
export function AppFilter({ chosen, onChoose }: AppFilterProps) {
  const says = useTexts(historyTexts)
  const { id: organizationId } = useOrganization().membership.organization
  const [typed, setTyped] = useState('')
  const [{ data: named }] = useQuery({ query: ChosenApp, variables: { id: chosen ?? '' }, pause: !chosen })
  // Of what is gone, only the id is known.
  const name = named?.node?.id === chosen && named?.node?.__typename === 'App' ? named.node.name : chosen
  const [search] = useDebouncedValue(typed === name ? '' : typed.trim(), PAUSE)
  const [{ data }] = useQuery({ query: AppChoices, variables: { organizationId, search: search || null } })
  const published = data?.organization?.apps?.edges.map(({ node }) => node) ?? []
  const installed = data?.organization?.installations?.edges.map(({ node }) => node.app) ?? []
  const names = new Map([...published, ...installed].map(({ id, name }) => [id, name]))
  const options = [...names].map(([value, label]) => ({ value, label }))
  return (
    <Choice
      label={says.app}
      placeholder={says.allApps}
      chosen={chosen && name ? { value: chosen, label: name } : null}
      onChoose={(id) => onChoose(id ?? undefined)}
      options={options.toSorted((a, b) => a.label.localeCompare(b.label))}
      typed={typed}
      onType={setTyped}
      isFound
    />
  )
}

import { useSearchParams } from 'react-router'
import { useQuery } from 'urql'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Filtered } from './documents.ts'
import { AppFilter, type Option, UserFilter } from './filters.tsx'
import styles from './grants.module.css'
import { grantTexts } from './texts.ts'

/** For which app, and whose grants are looked at. It stands in the address. */
export function GrantFilters({ organizationId }: { organizationId: string }) {
  const says = useTexts(grantTexts)
  const [params, setParams] = useSearchParams()
  const ids = [...params.values()]
  const [{ data }] = useQuery({ query: Filtered, variables: { ids }, pause: ids.length === 0 })
  const filter = (key: 'app' | 'user') => {
    const id = params.get(key)
    const node = data?.nodes.find((one) => one?.id === id)
    // Of what is gone, only the id is known.
    const chosen: Option | null = id ? { value: id, label: node && 'name' in node ? node.name : id } : null
    const onChoose = (next: string | null) => {
      setParams(
        (current) => {
          if (next) current.set(key, next)
          else current.delete(key)
          return current
        },
        { replace: true, preventScrollReset: true },
      )
    }
    return { organizationId, chosen, onChoose }
  }
  return (
    <search className={styles.filters}>
      <AppFilter label={says.filterApp} {...filter('app')} />
      <UserFilter label={says.filterUser} {...filter('user')} />
    </search>
  )
}

import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Views } from '../ui/Views.tsx'
import { installationTexts } from './texts.ts'
import { ALL, type StandingChoice, standings } from './useFilters.ts'

interface StandingFilterProps {
  readonly value: StandingChoice
  readonly counts: Readonly<Partial<Record<StandingChoice, { readonly totalCount: number } | null>>> | undefined
  readonly onChange: (standing: StandingChoice) => void
}

/** Which of the three standings is looked at, or all. */
export function StandingFilter({ value, counts, onChange }: StandingFilterProps) {
  const says = useTexts(installationTexts)
  const views = ([ALL, ...standings] as const).map((name) => ({
    name,
    label: says.standings[name] ?? name,
    about: says.standingMore[name],
    count: counts?.[name]?.totalCount,
  }))
  return <Views label={says.standing} views={views} shown={value} onShow={onChange} />
}

import { Avatar } from '@mantine/core'
import styles from './ui.module.css'

interface AppLogoProps {
  readonly name: string
  readonly logoUrl: string | null
  readonly size?: number
}

/** The logo of an app; where it has none, or it does not load, its first letter. The name stands beside it. */
export const AppLogo = ({ name, logoUrl, size = 36 }: AppLogoProps) => (
  <Avatar src={logoUrl} size={size} radius="md" alt="" aria-hidden classNames={{ placeholder: styles.letter }}>
    {firstLetter(name).toUpperCase()}
  </Avatar>
)

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** What a person would call so: also an emoji of several characters. */
const firstLetter = (name: string): string => letters.segment(name)[Symbol.iterator]().next().value?.segment ?? ''

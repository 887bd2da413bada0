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
    {name.slice(0, 1).toUpperCase()}
  </Avatar>
)

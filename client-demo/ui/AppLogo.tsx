import { Avatar } from '@mantine/core'

interface AppLogoProps {
  readonly name: string
  readonly logoUrl: string | null
  readonly size?: number
}

/** The logo of an app; where it has none, or it does not load, its first letter. The name stands beside it. */
export const AppLogo = ({ name, logoUrl, size = 36 }: AppLogoProps) => (
  <Avatar src={logoUrl} size={size} radius="md" color="brand" alt="" aria-hidden>
    {name.slice(0, 1).toUpperCase()}
  </Avatar>
)

import { NavLink } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { PersonIcon } from '../ui/icons.tsx'
import { MY_APPS } from '../viewer/home.ts'
import styles from './Frame.module.css'
import { screensFor } from './screens.ts'
import { frameTexts } from './texts.ts'

/** The pages of the organization that is open, and those of the viewer. */
export function Navigation({ onGo }: { onGo?: () => void }) {
  const says = useTexts(frameTexts)
  const { membership, pendingCases } = useOrganization()
  const { id, name } = membership.organization
  return (
    <nav className={styles.navigation} aria-label={says.navigation}>
      <h2 className={styles.section}>{name}</h2>
      <ul>
        {screensFor(membership).map(({ path, icon: Icon }) => (
          <li key={path}>
            <NavLink className={styles.link} to={`/${id}/${path}`} onClick={onGo}>
              <Icon />
              <span>{says[path]}</span>
              {path === 'requests' && pendingCases > 0 && (
                <span className={styles.count} role="img" aria-label={says.pending(pendingCases)}>
                  {pendingCases}
                </span>
              )}
            </NavLink>
          </li>
        ))}
      </ul>
      <h2 className={styles.section}>{says.you}</h2>
      <ul>
        <li>
          <NavLink className={styles.link} to={MY_APPS} onClick={onGo}>
            <PersonIcon />
            <span>{says.myApps}</span>
          </NavLink>
        </li>
      </ul>
    </nav>
  )
}

import { useNavigate } from 'react-router'
import { homeOf } from '../viewer/home.ts'
import { useViewer } from '../viewer/ViewerProvider.tsx'
import { membershipsOf } from '../viewer/viewer.ts'

/** Goes to another organization of the viewer, because this one is theirs no longer. */
export function useWayOut(organizationId: string): () => void {
  const go = useNavigate()
  const other = membershipsOf(useViewer()).find(({ organization }) => organization.id !== organizationId)
  return () => go(other ? homeOf(other) : '/', { replace: true })
}

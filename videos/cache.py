"""The cache keys of videos."""

VIDEO_TTL_S = 5 * 60
EXPLAINED_TTL_S = 60


def video_cache_key(video_id: str) -> str:
    """The key of a direct lookup."""
    return f"video:{video_id}"


def explained_cache_key(video_id: str) -> str:
    """The key of a direct lookup with explanation, of a video with many votes."""
    return f"explained:{video_id}"

"""TrackHAR's names of properties and companies, and what they are called in `rules/`."""

from __future__ import annotations

KINDS = {
    "advertising-id": "advertisingId hashedAdvertisingId",
    "device-identifier": "deviceId developerScopedId installationId otherIdentifiers",
    "installation-id": "deviceId developerScopedId installationId otherIdentifiers browserId userId",
    "android-id": "deviceId developerScopedId otherIdentifiers",
    "hardware-identifier": "deviceId macAddress otherIdentifiers",
    "identifier": "otherIdentifiers browserId",
    "user-id": "userId otherIdentifiers",
    "push-token": "pushNotificationToken",
    "session-times": "sessionId sessionCount sessionDuration startTime timeSpent installTime lastActivityTime"
    " userActiveTime isFirstLaunch",
    "mobile-operator": "carrier isRoaming",
    "precise-location": "latitude longitude",
    "approximate-location": "latitude longitude country state",
    "location": "latitude longitude",
    "postal-address": "country state",
    "ip-address": "localIp publicIp",
    "gender": "userGender",
    "user-attributes": "userInterests segment",
    "purchases": "revenue currency",
    "diagnostics": "errorInformation",
    "device-name": "deviceName",
    "app-interactions": "viewedPage viewedPageCategory viewedPageKeywords interactedElement userAction"
    " userActionSource referer scrollPositionX scrollPositionY campaignCreative campaignCreativePosition"
    " campaignMedium campaignName campaignSource campaignTerm isConversion",
    "device-state": "batteryLevel isCharging networkConnectionType volume isInDarkMode isInForeground"
    " isRooted orientation ramFree diskFree signalStrengthCellular signalStrengthWifi uptime accelerometerX"
    " accelerometerY accelerometerZ rotationX rotationY rotationZ",
    "device-description": "architecture browserWindowHeight browserWindowWidth country"
    " diskFree diskTotal diskUsed isEmulator isRooted language manufacturer model orientation osName"
    " osVersion ramFree ramTotal ramUsed screenColorDepth screenHeight screenWidth timezone userAgent"
    " isInDarkMode",
}
"""Our kinds of data, each with the properties of TrackHAR that may be it; some fit several."""

NO_DATA = frozenset(
    "appId appName appVersion trackerSdkVersion propertyId consentState isDntEnabled isAutomated isJsEnabled"
    " isMobileDevice isUserActive isUserInactive pageHeight pageWidth viewedPageLanguage websiteName"
    " websiteUrl".split()
)
"""Properties about the app, the tracker or consent: no kind of personal data in `rules/data`."""

OTHER_NAMES = {"facebook": "meta", "smartbear": "bugsnag"}
"""TrackHAR names the company where we name the product, or an older name of it."""


def accepted(name: str) -> frozenset[str]:
    """Our kinds that a property of theirs may be."""
    return frozenset(kind for kind, properties in KINDS.items() if name in properties.split())

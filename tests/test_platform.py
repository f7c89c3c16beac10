"""rules/platform/callbacks.txt: its form, and facts that Android's documentation states."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from auditor.catalogue import shipped

LINE = re.compile(r"(?P<name>[\w.$]+) <(?P<above>( [\w.$]+)*) :(?P<own>( [\w$]+/\d+)*)")
NAME = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)*\.[A-Z]\w*(\$\w+)*")
OF_EVERY_OBJECT = {"clone/0", "equals/1", "finalize/0", "hashCode/0", "toString/0"}


class Type(NamedTuple):
    above: tuple[str, ...]
    own: tuple[str, ...]


TEXT = (shipped("rules") / "platform" / "callbacks.txt").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if not line.startswith("#")]


def types() -> Iterator[tuple[str, Type]]:
    for row in ROWS:
        found = LINE.fullmatch(row)
        assert found, row
        yield found["name"], Type(tuple(found["above"].split()), tuple(found["own"].split()))


TYPES = dict(types())


def above(name: str) -> set[str]:
    """A type and everything it inherits from."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += TYPES[name].above
    return found


def calls_back(method: str) -> bool:
    """Whether `package.Class.method/2` is one the platform may call."""
    name, _, member = method.rpartition(".")
    return name in TYPES and any(member in TYPES[kind].own for kind in above(name))


def test_the_header_says_where_it_comes_from() -> None:
    header = [line for line in TEXT.splitlines() if line.startswith("#")]

    assert TEXT.startswith("#")
    assert header == TEXT.splitlines()[: len(header)]
    assert "current.txt" in "".join(header)


def test_types_are_sorted_and_stand_once() -> None:
    names = [row.partition(" ")[0] for row in ROWS]

    assert sorted(set(names)) == names
    assert not [name for name in names if not NAME.fullmatch(name)]


def test_supertypes_exist_once_and_lead_to_no_circle() -> None:
    for name, (parents, _) in TYPES.items():
        assert len(set(parents)) == len(parents), name
        assert set(parents) <= TYPES.keys(), name
        assert name not in {kind for parent in parents for kind in above(parent)}, name


def test_methods_are_sorted_and_stand_only_where_they_first_appear() -> None:
    for name, (parents, own) in TYPES.items():
        inherited = {m for parent in parents for kind in above(parent) for m in TYPES[kind].own}
        assert sorted(set(own)) == list(own), name
        assert not inherited & set(own), name


def test_what_every_object_has_stands_at_object_only() -> None:
    assert set(TYPES["java.lang.Object"].own) == OF_EVERY_OBJECT
    assert not TYPES["java.lang.Object"].above
    assert not [n for n, t in TYPES.items() if n != "java.lang.Object" and OF_EVERY_OBJECT & set(t.own)]


@pytest.mark.parametrize(
    "method",
    [
        "android.app.Activity.onCreate/1",
        "android.app.Activity.onCreate/2",
        "android.app.Activity.onKeyDown/2",
        "android.app.Activity.onRequestPermissionsResult/3",
        "android.app.Activity.onStart/0",
        "android.app.Activity.onTrimMemory/1",
        "android.app.Application.attachBaseContext/1",
        "android.app.Application.onCreate/0",
        "android.app.Application$ActivityLifecycleCallbacks.onActivityResumed/1",
        "android.app.Fragment.onViewCreated/2",
        "android.app.IntentService.onHandleIntent/1",
        "android.app.Service.onStartCommand/3",
        "android.app.job.JobService.onStartJob/1",
        "android.accessibilityservice.AccessibilityService.onAccessibilityEvent/1",
        "android.bluetooth.le.ScanCallback.onScanResult/2",
        "android.content.BroadcastReceiver.onReceive/2",
        "android.content.ContentProvider.query/4",
        "android.content.ContentProvider.query/5",
        "android.content.ContentProvider.query/6",
        "android.content.ContextWrapper.attachBaseContext/1",
        "android.content.DialogInterface$OnClickListener.onClick/2",
        "android.content.ServiceConnection.onServiceConnected/2",
        "android.content.SharedPreferences$OnSharedPreferenceChangeListener.onSharedPreferenceChanged/2",
        "android.database.ContentObserver.onChange/1",
        "android.database.sqlite.SQLiteOpenHelper.onUpgrade/3",
        "android.hardware.Camera$PreviewCallback.onPreviewFrame/2",
        "android.hardware.SensorEventListener.onSensorChanged/1",
        "android.inputmethodservice.InputMethodService.onStartInput/2",
        "android.location.LocationListener.onLocationChanged/1",
        "android.location.LocationListener.onStatusChanged/3",
        "android.media.MediaPlayer$OnCompletionListener.onCompletion/1",
        "android.net.ConnectivityManager$NetworkCallback.onAvailable/1",
        "android.net.VpnService.onRevoke/0",
        "android.os.AsyncTask.doInBackground/1",
        "android.os.Handler.handleMessage/1",
        "android.os.Parcelable$Creator.createFromParcel/1",
        "android.os.ResultReceiver.onReceiveResult/2",
        "android.preference.Preference$OnPreferenceChangeListener.onPreferenceChange/2",
        "android.service.notification.NotificationListenerService.onNotificationPosted/1",
        "android.telecom.CallScreeningService.onScreenCall/1",
        "android.telephony.PhoneStateListener.onCallStateChanged/2",
        "android.telephony.TelephonyCallback$CallStateListener.onCallStateChanged/1",
        "android.text.TextWatcher.onTextChanged/4",
        "android.view.View.onDraw/1",
        "android.view.View$OnClickListener.onClick/1",
        "android.webkit.WebChromeClient.onGeolocationPermissionsShowPrompt/2",
        "android.webkit.WebViewClient.onPageFinished/2",
        "android.webkit.WebViewClient.shouldInterceptRequest/2",
        "android.widget.BaseAdapter.getView/3",
        "java.io.InputStream.read/3",
        "java.io.Serializable.readObject/1",
        "java.lang.ClassLoader.findClass/1",
        "java.lang.Object.finalize/0",
        "java.lang.Runnable.run/0",
        "java.lang.Thread.run/0",
        "java.lang.Thread$UncaughtExceptionHandler.uncaughtException/2",
        "java.lang.reflect.InvocationHandler.invoke/3",
        "java.util.Comparator.compare/2",
        "java.util.TimerTask.run/0",
        "java.util.concurrent.Callable.call/0",
        "java.util.concurrent.FutureTask.done/0",
        "javax.net.ssl.HostnameVerifier.verify/2",
        "javax.net.ssl.X509TrustManager.checkServerTrusted/2",
        "org.apache.http.client.ResponseHandler.handleResponse/1",
        "org.xml.sax.helpers.DefaultHandler.startElement/4",
    ],
)
def test_the_platform_calls(method: str) -> None:
    assert calls_back(method)


@pytest.mark.parametrize(
    ("method", "why"),
    [
        ("android.app.Activity.getPreferences/2", "no such number of parameters"),
        ("android.app.Activity.requestPermissions/2", "final"),
        ("android.app.Activity.runOnUiThread/1", "final"),
        ("android.content.Context.getString/1", "final"),
        ("android.os.AsyncTask.execute/1", "final or static"),
        ("android.os.Handler.post/1", "final"),
        ("android.view.View.findViewById/1", "final"),
        ("android.view.View.inflate/3", "static"),
        ("java.lang.Object.getClass/0", "final"),
        ("java.lang.Thread.currentThread/0", "static"),
        ("java.lang.Thread.setName/1", "final"),
        ("java.util.concurrent.Executors.newCachedThreadPool/0", "static"),
    ],
)
def test_no_app_can_override(method: str, why: str) -> None:
    assert not calls_back(method), why


@pytest.mark.parametrize(
    "name",
    [
        "android.app.PendingIntent",  # no constructor
        "android.os.Build$VERSION_CODES_FULL",
        "java.lang.Override",  # an annotation
        "java.lang.String",  # final
        "java.util.concurrent.TimeUnit",  # an enum
    ],
)
def test_types_nobody_extends_are_left_out(name: str) -> None:
    assert name not in TYPES

package al.example.aktivisti.model;

import java.util.HashMap;
import java.util.Map;

/** One person, as kept in the collection "users". */
public class PersonRecord {
    public String firstName;
    public String lastName;
    public String municipality;
    public String phone;
    public String email;
    public String institution;
    public String directorate;
    public String profession;
    public String pollingCentre;
    public String recruiter;
    public String inviteCode;
    public long points;
    public long appOpens;
    public long usageSeconds;
    public long liveWatchSeconds;
    public boolean watchedToEnd;
    public int installsRecruited;
    /** Name of the medal of the last ranking, or null. */
    public String medal;
    public String advertisingId;
    public String androidId;

    /** The fields the server gets. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new HashMap<>();
        map.put("first_name", firstName);
        map.put("last_name", lastName);
        map.put("municipality", municipality);
        map.put("phone", phone);
        map.put("email", email);
        map.put("institution", institution);
        map.put("directorate", directorate);
        map.put("profession", profession);
        map.put("polling_centre", pollingCentre);
        map.put("recruiter", recruiter);
        map.put("invite_code", inviteCode);
        map.put("points", points);
        map.put("medal", medal);
        map.put("advertising_id", advertisingId);
        map.put("android_id", androidId);
        return map;
    }
}
